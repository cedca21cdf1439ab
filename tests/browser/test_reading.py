"""What every page owes who reads it: names that are what is seen."""

import pytest
from test_pages import pages



def open_all(tab, whether=True):
    """Opens all folds, or shuts them; what opens fades in."""
    tab.evaluate(
        """(whether) => {
            for (const fold of document.querySelectorAll("details")) fold.open = whether;
            for (const moving of document.getAnimations()) moving.finish();
        }""",
        whether,
    )


@pytest.mark.parametrize("page", pages())
def test_what_stands_on_a_fold_is_its_name(visit, page):
    tab = visit("file", page, mathematics=False)
    session = tab.context.new_cdp_session(tab)
    for whether in (False, True):
        open_all(tab, whether)
        tree = session.send("Accessibility.getFullAXTree")["nodes"]
        names = [node["name"]["value"].strip() for node in tree
                 if node["role"]["value"] == "DisclosureTriangle"]  # fmt: skip
        seen = tab.locator("summary:visible").all_inner_texts()
        assert sorted(names) == sorted(" ".join(text.split()) for text in seen)
        assert "" not in names
        wrong = "Show " if whether else "Hide "
        assert [name for name in names if name.startswith(wrong)] == []
