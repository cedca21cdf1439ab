"""What CONTRIBUTING.md asks of a chapter; each message names the file and the step."""

import ast
import builtins
import json
import re
import symtable
from collections import defaultdict
from itertools import takewhile

import pytest
import yaml
from nbformat import NotebookNode

import nnlib.widgets
from reading_time import chapters, minutes, parts, read, stated, total
from shared import NOTEBOOKS, ROOT, TEMPLATE, cells

BOOK = ROOT / "book"
CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
CHAPTERS = chapters()
ENDS = ["What can go wrong", "What you can now check", "Exercises"]
BOLD = re.compile(r"\*\*([^*]+)\*\*")
ENTRY = re.compile(r"^([^\s#:`].*)\n {4}", re.MULTILINE)  # of the glossary
EXERCISE = re.compile(r"^\*\*(\d+)\. ([^*]+)\*\*", re.MULTILINE)
FOLDED = {"source_hidden": True, "outputs_hidden": True}
HINT = re.compile(r":::\{dropdown\} Hint (\d+)\n")
JUDGED = re.compile(r"^judge\((\w+)\)$", re.MULTILINE)  # the last line of a reader's own cell
MATHEMATICS = re.compile(r"\$\$(.+?)\$\$|\$([^$]+?)\$", re.DOTALL)
CODE = re.compile(r"^(`{3,})\w*\n.*?^\1$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
WORDS = re.compile(r"\\(?:text|operatorname|begin|end|mathsf|mathrm)\{[^}]*\}|% narrow\n")
GREEK = (
    "[aA]lpha|[bB]eta|[gG]amma|[dD]elta|(?:var)?epsilon|zeta|(?:var)?[eE]ta|(?:var)?[tT]heta|iota|"
    "kappa|[lL]ambda|[mM]u|[nN]u|[xX]i|(?:var)?[pP]i|(?:var)?rho|(?:var)?[sS]igma|[tT]au|"
    "[uU]psilon|(?:var)?[pP]hi|[cC]hi|[pP]si|[oO]mega|ell"
)
# Bold, with the a or the number that is part of its name; Greek; plain; and other commands.
SYMBOL = re.compile(
    rf"\\mathbf\{{\w\}}(?:_[a123])?|\\(?:{GREEK})(?![A-Za-z])|[A-Za-z]|\\[A-Za-z]+"
)
EQUATION = re.compile(r"^\$\$\n((?:(?!^\$\$).)+?)^\$\$ \((eq-[\w-]+)\)$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(#?([^)#]+)\)")
ROW = re.compile(r"^\| (\$.+?\$) \|(.+)\|$", re.MULTILINE)  # of a symbol on the notation page
CAN_WAIT = re.compile(r":::\{admonition\} Can wait\n\n([^\n]+)\n\n:::")
STATION = re.compile(r"\]\(([\w-]+)\.ipynb(?:#([\w-]+))?\)")
SENTENCE = re.compile(r"[.?!](?= [A-Z]|$)")

every_chapter = pytest.mark.parametrize("path", [*CHAPTERS, TEMPLATE], ids=lambda path: path.stem)


def prose(path):
    return "\n\n".join("".join(cell["source"]) for cell in cells(path, "markdown"))


def terms(path):
    """What stands in bold, but for titles: of exercises (a number) and of paragraphs (a dot)."""
    bold = BOLD.findall(prose(path))
    return {text.lower() for text in bold if not (text[0].isdigit() or text.endswith("."))}


def page(name):
    return (BOOK / f"{name}.md").read_text(encoding="utf-8")


def first_page():
    return prose(BOOK / "index.ipynb")


def todo(path, found, step):
    """The message of a rule that is not kept."""
    return f"{path.relative_to(ROOT)}: {found}. See CONTRIBUTING.md, A chapter, {step}."


def test_the_contents_list_every_page():
    pages = {path.with_suffix("") for path in BOOK.glob("*.md")} | {
        path.with_suffix("") for path in NOTEBOOKS
    }
    listed = {ROOT / page["file"] for part in CONTENTS["parts"] for page in part["chapters"]}
    for path in sorted(pages ^ (listed | {ROOT / CONTENTS["root"]})):
        where = "stands in _toc.yml, and there is no such page" if path in listed else (
            "expected in _toc.yml; found nowhere in it")
        pytest.fail(todo(path, where, "step 2"))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_first_page_leads_to_the_chapter(path):
    way = first_page().split("## The way through")[1].split("\n## ")[0]
    assert f"]({path.name})" in way, todo(
        path, 'expected a link to it in book/index.ipynb, "The way through"; found none', "step 2"
    )


def about(stated, counted):
    return abs(stated - counted) <= 0.15 * counted


@every_chapter
def test_a_chapter_says_how_long_it_takes(path):
    counted = [minutes(amounts) for amounts in total(read(path))]
    found = stated(path)
    assert found and all(map(about, found, counted)), todo(
        path, f'expected "Time: ..." with about {counted[0]:.0f} and {counted[1]:.0f} minutes at '
        f"the end of its first box; found {found}", "step 7",
    )
    assert counted[0] <= 35, todo(
        path, f"expected a path of at most 35 minutes; found {counted[0]:.0f}", "step 7"
    )


def routes():
    """The ways through the book that the first page offers: name -> text."""
    return dict(re.findall(r"^- \*\*(.+?)\.\*\* (.+)$", first_page(), re.MULTILINE))


def test_the_first_page_has_the_sums_of_the_times():
    amounts = total([section for path in CHAPTERS for section in read(path)])
    counted = [minutes(one) / 60 for one in amounts]
    texts = routes()["An afternoon"], routes()["Everything"]
    found = [int(re.search(r"about (\d+) hours", text)[1]) for text in texts]
    assert all(map(about, found, counted)), (
        "book/index.ipynb: expected the hours of all chapters along the path and with everything, "
        f"{counted[0]:.1f} and {counted[1]:.1f}; found {found}. See CONTRIBUTING.md, A chapter, "
        "step 7."
    )
    assert counted[0] <= 4, f"expected a path of at most 4 hours; found {counted[0]:.2f}"


def slug(title):
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def test_the_hour_of_the_first_page_is_one():
    taken = []
    for name, part in STATION.findall(routes()["An hour"]):
        sections = read(BOOK / f"{name}.ipynb")
        taken += [section for section in sections if part in ("", slug(section.title))]
    assert about(60, counted := minutes(total(taken)[0])), (
        f"book/index.ipynb: expected what it offers for an hour to take one; found {counted:.0f} "
        "minutes. See CONTRIBUTING.md, A chapter, step 7."
    )


@every_chapter
def test_a_chapter_begins_and_ends_as_all_do(path):
    text = prose(path)
    assert "} Before you start\n" in text.split("\n## ")[0], todo(
        path, 'expected a box "Before you start" above the first section; found none', "step 1"
    )
    found = [title for title in re.findall("^## (.+)$", text, re.MULTILINE) if title in ENDS]
    assert found == ENDS, todo(path, f"expected the sections {ENDS}; found {found}", "step 1")
    assert re.search(r"\} Predict, then (run|try)\n", text), todo(
        path, 'expected a box "Predict, then run"; found none', "step 1"
    )


def singular(words):
    return {word.lower().removesuffix("s") for word in words}


@every_chapter
def test_a_term_in_bold_is_in_the_glossary(path):
    missing = singular(terms(path)) - singular(ENTRY.findall(page("glossary")))
    assert not missing, todo(
        path, f"expected what is bold in it in book/glossary.md; found no {sorted(missing)}",
        "step 3",
    )


def test_a_term_of_the_glossary_is_in_bold_where_it_is_defined():
    bold = singular(term for path in CHAPTERS for term in terms(path))
    assert (missing := singular(ENTRY.findall(page("glossary"))) - bold) == set(), (
        f"book/glossary.md: expected each term in bold in a chapter; found no {sorted(missing)}. "
        "See CONTRIBUTING.md, A chapter, step 3."
    )


def symbols(mathematics):
    """The letters of a formula, Greek ones too; a bold letter is another than the plain one."""
    found = SYMBOL.findall(re.sub(r"\b([hy])_a\b", r"\1", WORDS.sub(" ", mathematics)))
    return {one for one in found if not re.fullmatch(rf"\\(?!mathbf|(?:{GREEK})$).+", one)}


def symbols_of(text):
    """Those of all formulas of a text."""
    formulas = (display or line for display, line in MATHEMATICS.findall(CODE.sub("", text)))
    return {symbol for formula in formulas for symbol in symbols(formula)}


def letter(symbol):
    """The letter of a symbol, bold or not: the plain one is an entry of the bold one."""
    return re.sub(r"\\mathbf\{(\w)\}.*", r"\1", symbol)


def by_chapter():
    """Of each chapter, by its name: the symbols of its formulas, and those of each equation."""
    return {
        path.stem: (
            symbols_of(prose(path)),
            {name: symbols(formula) for formula, name in EQUATION.findall(prose(path))},
        )
        for path in CHAPTERS
    }


def test_a_letter_of_several_chapters_or_of_an_equation_is_on_the_notation_page():
    found = defaultdict(list)
    for name, (used, equations) in by_chapter().items():
        for symbol in {letter(symbol) for symbol in used}:
            found[symbol].append(name)
        for equation, inside in equations.items():
            for symbol in inside:
                found[letter(symbol)].append(equation)
    known = {letter(symbol) for symbol in symbols_of(page("notation"))}
    missing = {one: where for one, where in found.items() if len(where) > 1 and one not in known}
    assert not missing, (
        "book/notation.md: expected the letters of more than one chapter and of equations; found "
        f"no {missing}. See CONTRIBUTING.md, A chapter, step 3."
    )


def rows_of_notation():
    """Of each row about symbols: these, the rest, and whether the letters have several meanings."""
    first_use, several = page("notation").split("\n## Letters with several meanings\n")
    for part, many in (first_use, False), (several, True):
        for cell, rest in ROW.findall(part):
            yield sorted(symbols_of(cell)), rest, many


@pytest.mark.parametrize(
    "inside, links",
    [(inside, LINK.findall(rest)) for inside, rest, many in rows_of_notation() if not many],
    ids=str,
)
def test_the_first_use_of_a_symbol_is_where_the_notation_page_says(inside, links):
    [first], [symbol] = links[-1:], inside[:1]
    before = []
    for name, (used, equations) in by_chapter().items():
        if first == name or first in equations:
            earlier = list(equations)[: list(equations).index(first)] if first != name else []
            here = used if first == name else equations[first]
            before += [equation for equation in earlier if symbol in equations[equation]]
            break
        before += [name] * (symbol in used)
    else:
        pytest.fail(f"book/notation.md: expected a chapter or an equation; found {first}")
    assert {symbol, letter(symbol)} & here and not before, (
        f"book/notation.md: expected {symbol} first in {first}; found it "
        f"{f'in {before} before' if before else 'not there'}. See CONTRIBUTING.md, A chapter, "
        "step 3."
    )


@pytest.mark.parametrize(
    "inside, links",
    [(inside, LINK.findall(rest)) for inside, rest, many in rows_of_notation() if many],
    ids=str,
)
def test_a_letter_with_several_meanings_is_explained_for_each_chapter_that_uses_it(inside, links):
    [symbol] = inside
    found = {name for name, (used, _) in by_chapter().items() if symbol in used}
    assert set(links) == found, (
        f"book/notation.md: expected what {symbol} means in each of {sorted(found)}; found "
        f"{sorted(set(links))}. See CONTRIBUTING.md, A chapter, step 3."
    )


def test_symbols_are_told_apart():
    text = r"$\mathbf{h}_a + y_a\,\delta_{i\ell}\text{ if}\mathbf{x}_m$, `code` and $v_a \leq \eta$"
    assert symbols_of(text) == {
        r"\mathbf{h}_a", "y", r"\delta", "i", r"\ell", r"\mathbf{x}", "m", "v", "a", r"\eta",
    }  # fmt: skip


@every_chapter
def test_exercises_are_numbered_and_one_of_them_breaks_the_code(path):
    exercises = EXERCISE.findall(prose(path).split("\n## Exercises")[1])
    numbers = [int(number) for number, _ in exercises]
    assert numbers == list(range(1, len(numbers) + 1)), todo(
        path, f"expected exercises numbered from 1; found {numbers}", "step 4"
    )
    titles = [title for _, title in exercises]
    assert any(title.startswith("Break") for title in titles), todo(
        path, f"expected an exercise whose title begins with Break; found {titles}", "step 4"
    )


def solutions(path):
    """The number and title of each exercise, with the sources of the cells below its task."""
    notebook = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in notebook]
    for k, source in enumerate(sources):
        for number, title in EXERCISE.findall(source):
            yield number, title, [*sources[k + 1 :], ""]


@every_chapter
def test_every_exercise_has_a_solution_below_it(path):
    for number, title, (below, *others) in solutions(path):
        if title.startswith("Write it yourself"):
            below, *_ = [cell for cell in others if not HINT.match(cell)]
        assert below.startswith(("# The solution\n", ":::{dropdown} Show the solution\n")), todo(
            path, f"expected a solution in the cell below exercise {number}; found {below[:40]!r}",
            "step 4",
        )


@every_chapter
def test_what_a_reader_writes_is_judged_and_has_hints_and_a_solution_that_is_right(path):
    for number, title, (below, *others) in solutions(path):
        if title.startswith("Write it yourself"):
            names = JUDGED.findall(below)
            assert len(names) == 1 and below.endswith(f"    ...\n\n\njudge({names[0]})"), todo(
                path, f"expected ... and judge(...) at the end of the cell of exercise {number}; "
                f"found {below[-40:]!r}", "step 4",
            )
            hints = [int(HINT.match(cell)[1]) for cell in takewhile(HINT.match, others)]
            assert hints == list(range(1, len(hints) + 1)) and len(hints) >= 2, todo(
                path, f"expected Hint 1, Hint 2 below exercise {number}; found {hints}", "step 4"
            )
    for cell in cells_with_verdicts(path):
        told = "".join("".join(output["text"]) for output in cell["outputs"])
        empty, solved = "is still empty" in told, "".join(cell["source"]).startswith("# The sol")
        assert empty != solved and "not right yet" not in told, todo(
            path, f"expected {'a right solution' if solved else 'no solution'}; found {told}",
            "step 4",
        )


def cells_with_verdicts(path):
    return [cell for cell in cells(path, "code") if "\njudge(" in "".join(cell["source"])]


@every_chapter
def test_what_is_folded_on_the_page_is_folded_in_a_notebook_too(path):
    for cell in cells(path, "code"):
        metadata = cell["metadata"]
        if "hide-cell" in metadata.get("tags", []):
            words = metadata.get("mystnb", {}).get("code_prompt_show")
            assert words and metadata.get("jupyter") == FOLDED, todo(
                path, f"expected the words of the fold and {json.dumps(FOLDED)} in the metadata "
                f"of a solution; found {json.dumps(metadata)}", "step 4",
            )


@every_chapter
def test_what_can_wait_is_marked_below_its_heading_in_a_sentence_or_two(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in notebook]
    for above, source in zip(["", *sources], sources):
        if re.search(r"^:+\{.*can wait", source, re.IGNORECASE | re.MULTILINE):
            box = CAN_WAIT.fullmatch(source)
            assert box and 1 <= len(SENTENCE.findall(box[1])) <= 2, todo(
                path, 'expected a cell that is a box "Can wait" of one or two sentences; found '
                f"{source!r}", "step 5",
            )
            heading = above.split("\n")[-1]
            assert re.match("##+ ", heading), todo(
                path, f'expected a box "Can wait" below a heading; found {heading!r}', "step 5"
            )


def names(table, inner=False):
    """The names that a cell uses from the cells above or from itself, and those that it defines."""
    used, defined = set(), set()
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or not inner):
            used.add(symbol.get_name())
        if not inner and (symbol.is_assigned() or symbol.is_imported()):
            defined.add(symbol.get_name())
    for child in table.get_children():
        used |= names(child, inner=True)[0]
    return used, defined


def imported(source):
    """The names that a cell imports."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)


@every_chapter
def test_the_path_runs_without_what_can_wait(path):
    """A name that a cell of the path uses has its value from the path, whatever else was run."""
    last = dict.fromkeys(dir(builtins), True)  # was it defined on the path?
    for _, cell, waits in parts(path):
        if not isinstance(cell, NotebookNode):
            continue
        used, defined = names(symtable.symtable(cell.source, str(path), "exec"))
        missing = {name for name in used - defined if not last.get(name)}
        assert waits or not missing, todo(
            path, f"expected cells of the path to use only what the path defines; found "
            f"{sorted(missing)} in the cell {cell.source[:60]!r}", "step 5",
        )
        again = {name for name in imported(cell.source) if last.get(name)}  # is the same anywhere
        last |= dict.fromkeys(defined - again, not waits)


@pytest.mark.parametrize("name", nnlib.widgets.__all__)
def test_a_figure_is_tried_in_a_browser(name):
    module = getattr(nnlib.widgets, name).__module__.rpartition(".")[2]
    assert (ROOT / "tests" / "browser" / f"test_{module}.py").is_file(), (
        f"nnlib/widgets/{module}.py: expected its tests in tests/browser/test_{module}.py; found "
        "no such file. See CONTRIBUTING.md, An interactive figure, step 4."
    )
