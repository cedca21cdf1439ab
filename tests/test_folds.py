"""What opens: one look for boxes and code, names that say what opens, one fold for a solution."""

import nbformat
import pytest
from bs4 import BeautifulSoup

from small_book import CONFIG, build, write

MARKDOWN = nbformat.v4.new_markdown_cell
BOX = ":::{{dropdown}} {}\n\nSo: $x$.\n\n:::"
PAGE = [
    MARKDOWN(BOX.format("Why $x$ is *so*")),
    ("input", "Show the code of the figure", "print('drawn')"),
    MARKDOWN("**1. Not yet.** An exercise stands among the exercises."),
    ("cell", "Show the solution", "# The solution\nprint('none')"),
    MARKDOWN("## Exercises\n\n**1. Pencil.** What?"),
    MARKDOWN(BOX.format("Show the solution")),
    ("cell", "Show the solution", "# The solution\nprint('checked')"),
    MARKDOWN("**2. Write it yourself.** How?"),
    MARKDOWN(BOX.format("Hint 1")),
    MARKDOWN(BOX.format("Hint 2")),
    ("cell", "Show the solution", "# The solution\nprint('solved')"),
    MARKDOWN(BOX.format("What the solution means")),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book of folds")
    write(folder, index="# A book\n", one=[])
    path = folder / "book" / "one.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in PAGE:
        if isinstance(cell, tuple):
            kind, prompt, source = cell
            metadata = {"tags": [f"hide-{kind}"], "mystnb": {"code_prompt_show": prompt}}
            cell = nbformat.v4.new_code_cell(source, metadata=metadata)
        notebook.cells.append(cell)
    nbformat.write(notebook, path)
    settings = {"extensions": [*CONFIG["extensions"], "sphinx_design", "extensions.folds"]}
    extensions = ["colon_fence", "dollarmath"]
    pages = build(folder, strict=True, myst_enable_extensions=extensions, **settings).pages
    return BeautifulSoup(pages["book/one.html"], "html.parser")


def test_what_stands_on_a_fold_says_what_it_does_next(page):
    assert [[span.text for span in one("span", recursive=False)] for one in page("summary")] == [
        [r"Why \(x\) is so"],
        ["Show the code of the figure", "Hide the code of the figure"],
        ["Show the solution", "Hide the solution"],
        ["Show the solution of exercise 1", "Hide the solution of exercise 1"],
        ["Hint 1 of exercise 2"],
        ["Hint 2 of exercise 2"],
        ["Show the solution of exercise 2", "Hide the solution of exercise 2"],
    ]
    solutions = [fold for fold in page("details") if "the solution" in fold.summary.text]
    assert page.select("details.fold.solution") == solutions
    assert len(page.select("details.fold")) == len(page("details"))
    assert not page.select("summary[aria-label]") and page.select_one("summary em").text == "so"


def test_the_parts_of_a_solution_open_as_one(page):
    def shown(fold):
        code = fold.select("pre")
        return [part.text.strip() for part in (*code, *fold.select(".rubric, .rubric ~ p"))]

    _, figure, _, first, _, _, second = page("details")
    assert figure.select_one("pre").text == "print('drawn')\n"
    assert figure.parent.select_one(":scope > .cell_output").text.strip() == "drawn"
    assert shown(first) == ["# The solution\nprint('checked')", "checked"]
    assert first.select_one(".fold-content > p").text == r"So: \(x\)."
    meaning = ["What the solution means", r"So: \(x\)."]
    assert shown(second) == ["# The solution\nprint('solved')", "solved", *meaning]


def test_each_exercise_is_a_heading_with_an_address(page):
    tasks = page.select("#exercises [role=heading]")
    assert [(task["id"], task["aria-level"], task.text) for task in tasks] == [
        ("exercise-1", "3", "1. Pencil."), ("exercise-2", "3", "2. Write it yourself."),
    ]  # fmt: skip
    assert len(page.select("[role=heading]")) == 2
    assert [a["href"] for a in page.select("p > .headerlink")] == ["#exercise-1", "#exercise-2"]
