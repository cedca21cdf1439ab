"""The files of the interactive figures: which there are, how large, and what they may use."""

import ast
import re
import subprocess
import sys
from collections import Counter
from importlib import import_module
from itertools import combinations

import matplotlib.colors
import numpy as np
import pytest
from sphinx.errors import ExtensionError

import nnlib.widgets
from extensions.interactive_figures import place_id
from nnlib.plots import LAYERS
from nnlib.widgets.figure import Figure, javascript, style
from shared import (
    CORE,
    EQUATION_IN_BOOK,
    EQUATION_IN_CODE,
    NNLIB,
    ROOT,
    imports,
    text_of_the_book,
    tree_of,
)
from small_book import CONFIG, build, write
from test_plots import contrast

FOLDER = NNLIB / "widgets"
FIGURES = sorted({path.stem for path in FOLDER.glob("*.py")} - {"__init__", "figure"})
SHARED = {"chart", "drawn", "network", "parts"}
SCRIPTS = sorted([*FOLDER.glob("*.js"), *(ROOT / "book" / "static").glob("*.js")])
STYLES = sorted([*FOLDER.glob("*.css"), *(ROOT / "book" / "static").glob("*.css")])
MOST_BYTES = 60_000  # of script and styles, as they reach the page
# Linear red, green and blue as one sees them who lacks a cone (Machado and others, 2009).
EYES = {
    "usual": np.eye(3),
    "no red": [(0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)],
    "no green": [(0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)],
    "no blue": [(1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)],
}
EQUATION_IN_JAVASCRIPT = re.compile(r"// +(eq-[\w-]+)")
STEPS = "See CONTRIBUTING.md, An interactive figure"


def read(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def class_name(stem):
    return stem.title().replace("_", "")


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_light(name):
    size = len((javascript(f"{name}.js") + style(f"{name}.css")).encode())
    assert size < MOST_BYTES, (
        f"expected {name} to bring less than {MOST_BYTES} bytes of script and styles, which a page "
        f"carries for each of its figures; found {size}. Let the figure do less, or move what "
        "others share into parts.js; or raise MOST_BYTES, if a reader would rather wait."
    )


def test_every_figure_is_one_file_of_each_language():
    scripts, styles = ({path.stem for path in FOLDER.glob(f"*.{kind}")} for kind in ("js", "css"))
    alone = sorted(scripts ^ {*FIGURES, *SHARED} | styles - {*FIGURES, *SHARED, "colours"})
    assert alone == [], (
        "nnlib/widgets/: expected NAME.py, NAME.js and, if it has styles, NAME.css of each figure; "
        f"{alone} stand alone. {STEPS}, steps 1 and 2."
    )


def variables(css):
    """The colours that a rule gives names to."""
    return dict(re.findall(r"--([\w-]+): (#\w{6});", css))


def lab(color, eye):
    """A colour as CIELAB has it: equal distances are seen as equal."""
    rgb = np.array(matplotlib.colors.to_rgb(color))
    rgb = np.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    seen = np.clip(EYES[eye] @ rgb, 0, 1)
    to_xyz = [(0.4339, 0.3762, 0.1899), (0.2126, 0.7152, 0.0722), (0.0177, 0.1095, 0.8729)]
    x, y, z = np.cbrt(to_xyz @ seen)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("eye", EYES)
def test_x_h_and_y_can_be_read_and_told_apart(theme, eye):
    colors = variables(re.findall(r"\{[^{}]*\}", read("colours.css"))[theme])
    rules = re.findall(r"\{[^{}]*\}", read("parts.css"))
    figure = variables([rule for rule in rules if "--card" in rule][theme])
    assert sorted(colors) == ["nn-h", "nn-x", "nn-y"]
    for color in colors.values():
        assert min(contrast(color, figure[ground]) for ground in ("paper", "card")) > 4.5
    for one, other in combinations(colors.values(), 2):
        assert np.linalg.norm(lab(one, eye) - lab(other, eye)) > 35  # black and white: 100


def test_pictures_have_the_colours_of_x_h_and_y_on_light():
    light, _ = map(variables, re.findall(r"\{[^{}]*\}", read("colours.css")))
    assert {f"nn-{letter}": color for letter, color in LAYERS.items()} == light


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_one_class_with_its_own_script(name):
    module = import_module(f"nnlib.widgets.{name}")
    classes = [c for c in vars(module).values() if isinstance(c, type) and issubclass(c, Figure)]
    classes.remove(Figure)
    assert [found.__name__ for found in classes] == [class_name(name)]
    assert str(classes[0]._esm) == javascript(f"{name}.js")


def test_every_figure_is_exported():
    expected = set(map(class_name, FIGURES))
    assert set(nnlib.widgets.__all__) == expected, (
        "nnlib/widgets/__init__.py: expected the class of every file beside it, and no other; they "
        f"differ in {sorted(expected ^ set(nnlib.widgets.__all__))}. {STEPS}, step 3."
    )
    assert all(issubclass(getattr(nnlib.widgets, name), Figure) for name in nnlib.widgets.__all__)


@pytest.mark.parametrize("name", [*FIGURES, "figure", "__init__"])
def test_a_widget_imports_only_what_it_may(name):
    found = set(imports(tree_of(FOLDER / f"{name}.py")))
    own = {module for module in found if module.split(".")[0] == "nnlib"}
    others = {module.split(".")[0] for module in found - own} - set(sys.stdlib_module_names)
    inner = {module for module in own if module.startswith("nnlib.widgets.")}
    outer = ("checks", "network", "loss", "backpropagation", "drawing")
    assert own - inner <= {f"nnlib.{module}" for module in outer}
    assert others <= {"anywidget", "traitlets", "numpy"}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_starts_under_its_name(name):
    """Its root has the class nnlib-NAME, by which its styles know it."""
    last = re.findall(r'^export default figure\(\s*"(.+?)",', read(f"{name}.js"), re.MULTILINE)
    assert last == [name.replace("_", "-")], (
        f'nnlib/widgets/{name}.js: expected export default figure("{name.replace("_", "-")}", ...) '
        f"as its last line; found {last}. {STEPS}, step 2."
    )


def outermost(css):
    """The selectors that stand in no other rule."""
    around = []
    for text, sign in re.findall(r"([^{};]*)([{};])", re.sub(r"(?s)/\*.*?\*/", "", css)):
        if sign == "{":
            if not text.lstrip().startswith("@") and all("@" in outer for outer in around):
                yield from (one.strip() for one in text.split(","))
            around.append(text)
        elif sign == "}":
            around.pop()


def test_the_styles_of_a_figure_reach_no_other():
    classes = {path.stem: set(re.findall(r"\.nnlib-[\w-]+", read(path.name))) for path in
               FOLDER.glob("*.css")}  # fmt: skip
    for name in classes.keys() - SHARED - {"colours"}:
        others = set().union(*(found for other, found in classes.items() if other != name))
        for selector in outermost(read(f"{name}.css")):
            first = re.match(r"\.nnlib-[\w-]+|", selector)[0]
            assert first and first not in others, (
                f"nnlib/widgets/{name}.css: expected rules under .nnlib-{name.replace('_', '-')}, "
                f"or under a class that no other file has; found {selector}. {STEPS}, step 2."
            )


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_asks_nobody(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    calls = r"importScripts|fetch\(|XMLHttpRequest|WebSocket|https?:|eval\("
    # Python comes from where the manifest of a page says; no name ends in .invalid (RFC 2606).
    allowed = {"files.js": ["fetch("], "worker.js": ["https:"]}
    assert re.findall(calls, text) == allowed.get(path.name, [])


@pytest.mark.parametrize("name", FIGURES)
def test_a_script_imports_by_name_from_the_files_beside_it(name):
    """Only so can it be joined: `import { a, b } from "./other.js";`, nothing by another name."""
    left = r"^import\b.*|import\(.*|^export .* from .*"
    assert re.findall(left, javascript(f"{name}.js"), re.MULTILINE) == []
    assert re.findall(r"^import \{[^}]* as [^}]*", read(f"{name}.js"), re.MULTILINE) == []


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES], ids=lambda path: path.name)
def test_a_line_has_100_columns_at_most(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > 100] == []


def test_a_figure_has_an_address_that_counts_its_kind_alone():
    kinds = Counter()
    found = [place_id(kind, kinds) for kind in ("ForwardPass", "Trainer", "ForwardPass")]
    assert found == ["figure-forward-pass", "figure-trainer", "figure-forward-pass-2"]


def test_import_of_the_widgets_is_light():
    code = "import sys, nnlib.widgets; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    loaded = {name.split(".")[0] for name in run.stdout.split()}
    assert "anywidget" in loaded
    assert not loaded & {"matplotlib", "pooch", "requests", "torch", "sklearn"}


def equations_in_python():
    """The equations named in each function of the core, in their order."""
    for module in CORE:
        path = NNLIB / f"{module}.py"
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef):
                source = "\n".join(lines[node.lineno - 1 : node.end_lineno])
                yield node.name, EQUATION_IN_CODE.findall(source)


def equations_in_javascript():
    """The same of network.js, under the names of nnlib."""
    other = {"update": "descend", "numerical_gradient": "numerical_gradients"}
    _, *functions = read("network.js").split("\nexport function ")
    for source in functions:
        name = re.match(r"\w+", source).group()
        yield other.get(name, name), EQUATION_IN_JAVASCRIPT.findall(source)


def test_the_javascript_names_the_equations_that_nnlib_names():
    in_python, in_javascript = dict(equations_in_python()), dict(equations_in_javascript())
    for name in in_python.keys() & in_javascript.keys():
        assert in_javascript[name] == in_python[name], name
    assert sum(in_python.values(), []) and len(in_python.keys() & in_javascript.keys()) > 9
    steady = [name for name in sum(in_python.values(), []) if name != "eq-rate"]  # in the page
    assert sorted(sum(in_javascript.values(), [])) == sorted(steady)


def test_every_equation_named_in_a_script_stands_in_the_book():
    in_book = {name for text in text_of_the_book() for name in EQUATION_IN_BOOK.findall(text)}
    for path in FOLDER.glob("*.js"):
        assert set(re.findall(r"\beq-[\w-]+", read(path.name))) <= in_book, path.name


def test_the_build_fails_on_a_widget_that_needs_a_kernel(tmp_path):
    write(tmp_path, index="# A book\n", one=["import ipywidgets\n\nipywidgets.IntSlider()"])
    parts = [*CONFIG["extensions"], "extensions.interactive_figures"]
    message = "one: expected every widget to be an anywidget.*found @jupyter-widgets/controls"
    with pytest.raises(ExtensionError, match=message):
        build(tmp_path, extensions=parts)
