"""What a teacher gives out and takes back: nothing of the solutions in the one, all of the judge's
sentences on the other."""

import csv
import json
import re
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import judge_course
import make_course
from course_map import exercises
from equations import CHECKS
from exercises import ANSWERS, described
from exercises.answers import about
from exercises.judge import verdict
from exercises.tasks import TASKS
from exercises.variants import VARIANTS
from giving_out import assignments, notebooks, pages
from giving_out.assignments import Item
from shared import MESSAGE, NOTEBOOKS, ROOT
from small_book import CONFIG, build, write

CHAPTERS = notebooks.chapters()
TITLE = re.compile(r":::\{dropdown\} (.+)")
PARTS = {name: parts for name, _, parts in assignments.assignments({})}
ITEMS = {part.name: part for parts in PARTS.values() for part in parts if isinstance(part, Item)}


def titles(cells):
    """What stands on the folds."""
    for cell in cells:
        if found := TITLE.match(cell.source):
            yield found[1]
        elif prompt := cell.metadata.get("mystnb", {}).get("code_prompt_show"):
            yield prompt


@pytest.mark.parametrize("name", CHAPTERS)
def test_of_a_chapter_solutions_go_and_all_else_stays(name):
    notebook = CHAPTERS[name]
    left = notebooks.without_solutions(notebook)
    gone = [cell for cell in notebook.cells if cell not in left.cells]
    assert gone and set(titles(gone)) == {"Show the solution", "What the solution means"}
    folds = [title for title in titles(notebook.cells) if "solution" not in title]
    assert list(titles(left.cells)) == folds
    tasks = [cell for cell in left.cells if "\n**1. " in cell.source]
    assert len(tasks) == 1 and left.metadata == notebook.metadata


def test_every_answer_has_a_place_that_no_cell_of_the_chapter_takes():
    places = []
    for name, notebook in CHAPTERS.items():
        given = notebooks.for_students(notebook)
        code = [cell for cell in given.cells if cell.cell_type == "code"]
        own = [cell for cell in code if cell.id.startswith("answers-")]
        found = re.findall(r"^(\w+) = \.\.\.$", "\n".join(cell.source for cell in own), re.M)
        others = "\n".join(cell.source for cell in code if cell not in own)
        taken = [one for one in found if re.search(rf"^(?:def )?{one}\b *[=(]", others, re.M)]
        assert taken == [], f"{name}: a cell has the name of an answer; give it another"
        assert not [cell for cell in given.cells if "<!-- answer" in cell.source]
        nbformat.validate(given)
        places += found
    assert sorted(places) == sorted(ANSWERS)


def test_each_student_has_numbers_of_her_own_and_the_key_has_their_answers():
    key = list(notebooks.key(["Ada", "Ben"], "spring"))
    assert key == list(notebooks.key(["Ada", "Ben"], "spring"))
    values = {(student, name): value for student, _, name, _, value, *_ in key}
    assert len(values) == len(key) == 2 * len(ANSWERS)
    differ = [name for name in ANSWERS if values["Ada", name] != values["Ben", name]]
    others = {name: value for _, _, name, _, value, *_ in notebooks.key(["Ada"], "autumn")}
    assert len(differ) > 8 and [name for name in differ if others[name] != values["Ada", name]]
    seed = notebooks.seed_of("Ada", "spring")
    for notebook in CHAPTERS.values():
        for cell in notebooks.for_students(notebook, seed).cells:
            for name in re.findall(r"^(\w+) = \.\.\.$", cell.source, re.M):
                asked = notebooks.asked_of(name, seed)
                assert f"# {asked['label']} (" in cell.source
                assert values["Ada", name] == asked["value"]


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_right_and_each_slip_is_told_what_it_is(name):
    asked = described(name)
    assert verdict(asked["value"], name).right
    for part in (-0.9, 0.9, -1.1, 1.1) if asked["tolerance"] else ():
        near = asked["value"] * (1 + part * asked["tolerance"])
        assert verdict(near, name).right == (abs(part) < 1)
    for slip in asked["slips"]:
        right, [sentence] = verdict(slip["value"], name)
        assert not right and sentence.endswith(slip["sentence"])
    for nothing in (..., None, "no such", [1, "a"], float("nan"), -987654.5):
        right, [sentence] = about(nothing, asked)
        assert not right and sentence.startswith(asked["label"].rstrip("?"))


def test_an_answer_is_judged_with_the_numbers_that_it_was_asked_for():
    assert verdict(31, "pixel_number", row=1, column=3).right
    assert not verdict(567, "pixel_number", row=1, column=3).right


def test_every_answer_and_function_of_the_book_is_in_an_assignment():
    assert sorted(ITEMS) == sorted([*ANSWERS, *TASKS])
    assert {item.points for item in ITEMS.values()} == {1, 5}
    text = "\n".join(part for parts in PARTS.values() for part in parts if isinstance(part, str))
    assert "](" not in text and ":::" not in text and "<!--" not in text
    changed = {"softmax": 3.0}
    [item] = [part for _, _, parts in assignments.assignments(changed) for part in parts
              if isinstance(part, Item) and part.name == "softmax"]  # fmt: skip
    assert item.points == 3


def solved(item):
    return item.lines + item.solution + item.after


def test_the_solution_of_every_item_is_right():
    names = {}
    exec(assignments.BEGIN.replace("judge, verdict", "verdict"), names)
    names["judge"] = lambda *functions: None
    for item in ITEMS.values():
        exec(solved(item), names)
        exec(item.test, names)


BOX = ":::{{dropdown}} {}\n\n{}\n\n:::"
HIDE = {"tags": ["hide-cell", "solution"], "mystnb": {"code_prompt_show": "Show the solution"}}
CELLS = [
    new_markdown_cell("A text."),
    new_markdown_cell(BOX.format("Proof", "Because it is *provable*.")),
    new_markdown_cell("## Exercises\n\n**1. Pencil.** Where?\n\n<!-- answer: pixel_number -->"),
    new_markdown_cell(BOX.format("Show the solution", "It is *revealed*."),
                      metadata={"tags": ["solution"]}),
    new_code_cell('# The solution\nprint("the", "secret")', metadata=HIDE),
    new_code_cell("# The solution\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
                  metadata=HIDE),
    new_markdown_cell(BOX.format("What the solution means", "It is *explained*."),
                      metadata={"tags": ["solution"]}),
    new_markdown_cell("**2. Write it yourself.** How?"),
    new_markdown_cell(BOX.format("Hint 1", "Some *help*.")),
]  # fmt: skip
PARTS_OF_BUILD = ("boxes", "complaints", "exercises", "folds", "printed")


def files_of(cells, folder):
    """What is built of a page with these cells: path -> bytes."""
    root = folder / "book"
    write(root, index="# A book\n", one=[])
    (root / ".git").mkdir()
    path = root / "book" / "one.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += cells
    nbformat.write(notebook, path)
    shutil.copytree(ROOT / "book" / "static", root / "book" / "static")
    extensions = [*CONFIG["extensions"], "sphinx_design",
                  *(f"extensions.{part}" for part in PARTS_OF_BUILD)]  # fmt: skip

    def run(copy):
        assert not (copy / ".git").exists()
        build(copy, strict=True, extensions=extensions, myst_enable_extensions=["colon_fence"])

    pages.build(folder / "pages", root, run)
    return {str(path.relative_to(folder / "pages")): path.read_bytes()
            for path in (folder / "pages").rglob("*") if path.is_file()}  # fmt: skip


@pytest.mark.slow
def test_nothing_of_the_solutions_stays_in_the_pages(tmp_path):
    built = files_of(CELLS, tmp_path)
    for kept in (b"provable", b"help", b"Where?", b'id="answer-pixel_number"'):
        assert kept in built["book/one.html"]
    for gone in (b"revealed", b"secret", b"plt.plot", b"explained", b"he solution"):
        assert [name for name in built if gone in built[name]] == [], gone
    assert not [name for name in built if name.startswith("_images/")]


def test_the_ledger_forgets_the_equations_of_solutions(tmp_path):
    for path in NOTEBOOKS:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    pages.leave_out_solutions(tmp_path)
    ledger = nbformat.read(tmp_path / "equation-ledger.ipynb", as_version=4)
    start = next(cell.source for cell in ledger.cells if "import CHECKS" in cell.source)
    names = {}
    exec(start.partition("rows =")[0], names)
    text = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("[0-9]*.ipynb"))
    shown = {check.equation for check in CHECKS if f"$$ ({check.equation})" in text}
    assert {check.equation for check in names["CHECKS"]} == shown < {one.equation for one in CHECKS}


def notebook_of(*sources):
    return new_notebook(cells=[new_code_cell(source) for source in sources])


SAVED = """<!DOCTYPE html><h1>Where I was</h1><table>
<tr data-kind="answer" data-name="02-a pixel_number"><td>A</td><th>x</th><td>right: 567</td></tr>
<tr data-kind="answer" data-name="02-a images_needed"><td>A</td><th>x</th>
<td>right: 90,000</td></tr>
<tr data-kind="answer" data-name="02-a neighbours_of_28"><td>A</td><th>x</th>
<td>tried: 27 and 29</td></tr>
<tr data-kind="answer" data-name="02-a row_of_pixel"><td>A</td><th>x</th><td>right: 3</td></tr>
<tr data-kind="answer" data-name="02-a column_of_pixel"><td>A</td><th>x</th><td>open</td></tr>
<tr data-kind="answer" data-name="05-b shape_of_dx"><td>A</td><th>x</th><td>right: 1 x 784</td></tr>
<tr data-kind="answer" data-name="03-c second_share"><td>A</td><th>x</th><td>right: 60.4 %</td></tr>
<tr data-kind="code" data-name="03-c softmax"><td>F</td><th>x</th><td>written, judged right
<pre>import sys
import nnlib as nn

def softmax(y):
    print("shares", file=sys.stderr)
    return nn.softmax(y)


judge(softmax)</pre></td></tr></table>"""


@pytest.mark.slow
def test_what_is_handed_in_is_judged_and_nobody_stops_the_others(tmp_path, capsys):
    folder = tmp_path / "handed in"
    seed = notebooks.seed_of("Ada", "spring")
    own = notebooks.asked_of("pixel_number", seed)["value"]
    files = {
        "Ada/02.ipynb": notebook_of(f"pixel_number = {own}", "row_of_pixel = ..."),
        "Ada/02 (1).ipynb": notebook_of("x = 1"),
        "Ben/02.ipynb": notebook_of(
            "import os\nos._exit(1)", "import time\ntime.sleep(1000)", "images_needed = 1 / 0",
            "numbers_kept = 4000 * 784", "images_in_a_row: no Python"),
        "Cem/deep/03.ipynb": notebook_of(
            "import numpy as np", "def softmax(y):\n    while True:\n        y = y + 1",
            "import nnlib as nn\nfrom nnlib.network import forward", "first_output = 0.769"),
        "Dan.html": SAVED,
        "Eve/broken.ipynb": "{",
        "Hal/mine.ipynb": notebook_of(
            "def softmax(y): ...\ndef print(*words): ...", "black_less_33 = 223\nrate_limit = 9"),
        "Gil/04.ipynb": notebook_of(
            "import os\n\nclass Bad(float):\n"
            "    def __rsub__(self, other): os._exit(1)\n    __sub__ = __rsub__",
            "rate_of_the_mean = 1.6\nleast_loss_of_a_mistake = Bad(1)"),
        "Fay_4711_assignsubmission_file_/empty.ipynb": notebook_of("x = 1"),
        "Ida/03.ipynb": notebook_of(
            "1 / 0\nimport numpy as np", "def softmax(y):\n    return np.exp(y)"),
    }  # fmt: skip
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else nbformat.writes(content)
        path.write_text(text, encoding="utf-8")
    from_macos = folder / "__MACOSX" / "Ada" / "._02.ipynb"
    from_macos.parent.mkdir(parents=True)
    from_macos.touch()
    names = tmp_path / "names"
    names.write_text("\n".join({re.match(r"[A-Z][a-z]+", name)[0] for name in files} | {"Jon"}))
    judge_course.main([str(folder), "--limit", "15", "--points", "softmax=3",
                       "--students", str(names), "--word", "spring"])  # fmt: skip
    with pytest.raises(SystemExit) as caught:
        judge_course.main([str(folder)])
    assert MESSAGE.fullmatch(str(caught.value)), "nothing is written over"
    told = capsys.readouterr().out
    with open(tmp_path / "handed in.csv", encoding="utf-8-sig", newline="") as file:
        rows = {(row["student"], row["name"]): row for row in csv.DictReader(file)}

    def points(student):
        return {name: row["points"] for (one, name), row in rows.items() if one == student}

    assert {name for name, one in points("Ada").items() if one != "0"} == {"pixel_number"}
    assert rows["Ada", "row_of_pixel"]["told"].endswith("still empty.")
    assert {name for name, one in points("Ben").items() if one != "0"} == {"numbers_kept"}
    missing = rows["Ben", "images_needed"]["told"]
    for fragment in (
        "is not there", "Cell 1 ended Python", "Cell 2 had not come to its end after 15 s",
        "Cell 3: ZeroDivisionError", "Cell 5: SyntaxError",
    ):  # fmt: skip
        assert fragment in missing
    assert {name for name, one in points("Cem").items() if one != "0"} == {"first_output"}
    assert "the function of nnlib.network" in rows["Cem", "forward"]["told"]
    assert "had not come to its end" in rows["Cem", "softmax"]["told"]
    assert rows["Cem", "softmax"]["of"] == "3.0"
    assert "Cannot be read" in rows["Eve", ""]["told"]
    assert "Nothing that the book asks for" in rows["Fay", ""]["told"]
    assert "\nNothing of Jon is there.\n" in told
    assert "softmax" not in points("Hal") and points("Hal")["black_less_33"] == "1"
    assert "Cell 1: ZeroDivisionError" in rows["Ida", "softmax"]["told"]
    assert "ended Python" in rows["Gil", "least_loss_of_a_mistake"]["told"]
    assert re.search(r"^Ada +1 of 7$", told, re.M) and re.search(r"^Eve +0 of 0$", told, re.M)


@pytest.mark.slow
def test_a_saved_page_is_judged_by_what_was_typed_and_not_by_what_it_says(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "Dan.html").write_text(SAVED, encoding="utf-8")
    judge_course.main([str(tmp_path / "in")])
    with open(tmp_path / "in.csv", encoding="utf-8-sig", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    right = {name for name, row in rows.items() if row["points"] == row["of"]}
    assert right == {"pixel_number", "images_needed", "shape_of_dx", "second_share", "softmax"}
    assert "flat row" in rows["neighbours_of_28"]["told"]


@pytest.mark.parametrize("limit", ["0", "-1", "nan", "inf"])
def test_a_limit_with_which_no_kernel_could_answer_is_refused(limit, tmp_path, capsys):
    with pytest.raises(SystemExit):
        judge_course.main([str(tmp_path), "--limit", limit])
    assert "expected a number of seconds" in capsys.readouterr().err


def test_nothing_is_written_over(tmp_path, capsys):
    (tmp_path / "mine").write_text("x")
    for arguments in (["otter", str(tmp_path)], ["nbgrader", str(tmp_path / "mine")]):
        with pytest.raises(SystemExit) as caught:
            make_course.main(arguments)
        assert MESSAGE.fullmatch(str(caught.value))
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("names", [
    b"", b"Ada\nAda", b"Ada\nada", b"a/b", b"..", b"Ada Jr.", b"key.csv", b"Zo\xeb", None,
], ids=repr)  # fmt: skip
def test_students_that_no_folder_can_have_are_refused(tmp_path, names):
    if names is not None:
        (tmp_path / "names").write_bytes(names)
    with pytest.raises(SystemExit) as caught:
        make_course.main(["notebooks", f"{tmp_path}/new", "--students", f"{tmp_path}/names",
                          "--word", "spring"])  # fmt: skip
    assert MESSAGE.fullmatch(str(caught.value)) and not (tmp_path / "new").exists()


@pytest.mark.parametrize("arguments", [["--students"], ["--word"], ["--students", "--word"]])
def test_numbers_of_their_own_need_a_word_and_the_names_as_they_were(tmp_path, arguments):
    (tmp_path / "names").write_text("Zo\u00eb\n", encoding="utf-8")
    (tmp_path / "in" / "Zoe\u0308").mkdir(parents=True)  # the same, as macOS writes it
    (tmp_path / "in" / "Zoe\u0308" / "02.ipynb").touch()
    (tmp_path / "in" / "zoe.html").touch()
    given = [part for name in arguments for part in (name, str(tmp_path / "names"))]
    commands = [(judge_course, [str(tmp_path / "in")])]
    if len(arguments) == 1:
        commands.append((make_course, ["notebooks", str(tmp_path / "new")]))
    for command, words in commands:
        with pytest.raises(SystemExit) as caught:
            command.main(words + given)
        assert MESSAGE.fullmatch(str(caught.value)) and not (tmp_path / "new").exists()
        assert len(arguments) == 1 or "found ['zoe']" in str(caught.value)


@pytest.mark.parametrize("points", ["softmax", "softmax=many", "soft=2", "softmax=-1"])
def test_points_of_nothing_are_refused(points, tmp_path, capsys):
    with pytest.raises(SystemExit):
        make_course.main(["otter", str(tmp_path / "new"), "--points", points])
    assert "expected NAME=NUMBER" in capsys.readouterr().err


def test_a_class_gets_notebooks_of_its_own(tmp_path, capsys):
    students = ["Ada", "O\u2019Neil", "\u0939\u093f\u0928\u094d\u0926\u0940"]
    (tmp_path / "names").write_bytes("\ufeff{}\r\n\r\n{}\r\n{} \r\n".format(*students).encode())
    make_course.main(["notebooks", str(tmp_path / "class"), "--students", str(tmp_path / "names"),
                      "--word", "spring"])  # fmt: skip
    assert "key.csv is for you alone" in capsys.readouterr().out
    files = {str(path.relative_to(tmp_path / "class")) for path in tmp_path.rglob("*.ipynb")}
    assert files == {f"{student}/{name}.ipynb" for student in students for name in CHAPTERS}
    make_course.main(["notebooks", str(tmp_path / "all")])
    for name in CHAPTERS:
        text = json.dumps(nbformat.read(tmp_path / "all" / f"{name}.ipynb", as_version=4))
        assert "# The solution\\nprint(\\\"factor" not in text and "What the solution" not in text
    assert len(NOTEBOOKS) > len(CHAPTERS) == 9


def test_the_map_says_which_exercises_can_be_judged():
    found, number = set(), ""
    for name, parts in PARTS.items():
        for part in parts:
            if isinstance(part, Item):
                found.add(number)
            elif task := re.match(r"\*\*(\d+)\. ", part):
                number = f"{int(name[:2])}.{task[1]}"
    assert {number for number, task in exercises().items() if task.judged} == found


def test_the_page_names_the_exercises_that_have_other_numbers():
    page = (ROOT / "book" / "giving-out.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (\d) \| ([\d, ]+) \|$", page, re.M))
    found = {}
    for name, notebook in CHAPTERS.items():
        for cell in notebook.cells:
            if set(notebooks.ANSWER.findall(cell.source)) & set(VARIANTS):
                number = re.search(r"^\*\*(\d+)\. ", cell.source, re.M)[1]
                found.setdefault(str(int(name[:2])), []).append(number)
    assert told == {chapter: ", ".join(numbers) for chapter, numbers in found.items()}
