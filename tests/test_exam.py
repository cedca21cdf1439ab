"""Examination papers: every variant has one right answer, and a scheme whose marks add up."""

import csv
import io
import re
import shutil
from functools import cache

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import course_map
from exam import QUESTIONS, SETS, Part, Question, Slip, Variant, answers, same, unfair, variant
from exam.writing import number, said
from make_exam import KINDS, drawn, examined, key, main, notebook, pieces, write
from nnlib import Parameters, cross_entropy
from nnlib.backpropagation import backward
from nnlib.network import forward
from shared import MESSAGE

SEEDS = range(40)
every_question = pytest.mark.parametrize("name", QUESTIONS)


@cache
def variants(name):
    return [variant(name, seed) for seed in SEEDS]


def test_there_are_twenty_and_each_is_in_a_paper_of_some_ninety_marks():
    assert len(QUESTIONS) == 20
    assert {name for names in SETS.values() for name in names} == set(QUESTIONS)
    for title, names in SETS.items():
        assert len(set(names)) == len(names)
        assert 85 <= sum(variant(name, 0).marks for name in names) <= 95, title
    assert not set(SETS["whole"]) & set(SETS["again"]), "who sits it again has seen these"


@every_question
def test_a_question_examines_objectives_of_the_course(name):
    places = QUESTIONS[name].sections
    assert places and set(places) <= set(course_map.sections()), places
    assert examined(name).count("(") >= len(places)


@every_question
def test_every_variant_is_fair(name):
    for seed, v in enumerate(variants(name)):
        assert unfair(v) == [], f"{name}, seed {seed}"
        found = answers(v)
        assert len(found) == sum(part.find is not None for part in v.parts)
        for part in (part for part in v.parts if part.find):
            value = found[part.name]
            assert isinstance(value, str | tuple) or np.all(np.isfinite(value))
            if part.places is None and not isinstance(value, str | tuple):
                assert np.allclose(np.round(value, 6), value), "all its decimals are few"


@every_question
def test_the_marks_add_up_and_a_slip_costs_some_of_them(name):
    assert len({v.marks for v in variants(name)}) == 1, "each variant is worth the same"
    for v in variants(name):
        for part in v.parts:
            assert part.steps and all(marks > 0 for marks, _ in part.steps)
            assert all(0 < slip.loses <= part.marks for slip in part.slips)
            assert part.find or not part.slips


@every_question
def test_a_paper_does_not_give_away_what_it_asks_for_and_the_scheme_says_it(name):
    for seed in (1, 2):
        questions = drawn(seed, [name])
        texts = {kind: [t for t, _ in pieces(seed, questions, kind, str)] for kind in KINDS}
        ((_, _, v),) = questions
        assert len(texts["paper"]) == len(texts["marking"]) == 2 + len(v.parts)
        found = answers(v)
        for part, asked, told in zip(v.parts, texts["paper"][2:], texts["marking"][2:]):
            assert f"{part.marks} mark" in asked and f"{part.marks} mark" in told
            assert not re.search(r"\|\s*\*\(", asked), "what stands behind a table belongs to it"
            for _, sentence in part.steps:
                assert sentence in told and (len(sentence) < 12 or sentence not in asked)
            if part.find:
                assert said(found[part.name], part.places) in told
        assert not re.search(r"nan|np\.|array\(|\d\.\d{7}|e-\d\d", "\n".join(texts["marking"])
                             .replace("`nan`", "").replace("np.exp", ""))  # fmt: skip


def test_seeds_make_other_numbers_and_the_same_seed_the_same():
    for name in QUESTIONS:
        papers = ["\n".join(t for t, _ in pieces(0, [(1, name, v)], "marking", str))
                  for v in (*variants(name)[:10], variant(name, 0))]  # fmt: skip
        assert papers[0] == papers[-1]
        assert len(set(papers[:-1])) >= 5, f"{name}: hardly any variants"


def test_a_variant_is_the_same_whatever_else_is_in_the_paper():
    alone = drawn(5, ["rates"])[0][2]
    behind = drawn(5, ["trust", "rates"])[1][2]
    assert alone.text == behind.text and answers(alone) == answers(behind)


def test_the_text_of_a_picture_tells_what_is_drawn():
    shown = {}
    for v in (v for name in QUESTIONS for v in variants(name)[:4]):
        for text, draw in v.pictures.values():
            figure, buffer = draw(), io.BytesIO()
            figure.savefig(buffer, format="png", dpi=40)
            plt.close(figure)
            assert shown.setdefault(text, buffer.getvalue()) == buffer.getvalue(), text
    assert len(shown) == 3 * 4


def test_a_story_is_possible_and_what_is_read_from_it_is_one_thing():
    for v in variants("trust"):
        g, z = v.given, answers(v)["z"]
        assert g["n1"] <= round((1 - g["a"]) * g["n"]), "the second may only mend what was wrong"
        assert z != 2, "the scheme says on which side of 2 it is"
    for v in variants("gradient_check"):
        shown = [float(f"{m}e{k}") for m, k in
                 re.findall(r"\$(\d) \\cdot 10\^\{(.+?)\}", v.parts[3].task)]  # fmt: skip
        assert len(shown) > 5 and shown.count(min(shown)) == 1, "one step has the least error"


def test_forward_and_back_by_hand_are_what_the_book_computes():
    for seed in SEEDS:
        v = variant("forward_pass", seed)
        g = v.given
        _, h, ha, y, _ = forward(g["x"], Parameters(g["W1"], g["b1"], g["W2"], g["b2"]))
        for name, value in (("h", h), ("ha", ha), ("y", y)):
            assert np.allclose(answers(v)[name], value)
        v = variant("gradient_by_hand", seed)
        g, found = v.given, answers(v)
        rows = (np.atleast_2d(value) for value in (g["x"], 0, g["ha"], 0, g["ya"], g["t"]))
        dW1, _, dW2, db2 = backward(*rows, Parameters(None, None, g["W2"], None))
        assert np.allclose(dW1, found["dW1"]) and np.allclose(dW2, found["dW2"])
        assert np.allclose(db2, found["dy"])
        v = variant("gradient_of_a_batch", seed)
        g, found = v.given, answers(v)
        gradient = backward(np.ones((2, 1)), 0, g["ha"], 0, g["ya"], g["t"],
                            Parameters(None, None, np.ones((2, 2)), None))  # fmt: skip
        assert np.allclose(gradient.W2, found["dW2"]) and np.allclose(gradient.b2, found["db2"])


def test_derivatives_that_are_asked_for_are_those_of_an_experiment():
    step = 1e-6
    for seed in SEEDS:
        v = variant("outputs_minus_target", seed)
        ya, t, c = (v.given[name] for name in ("ya", "t", "c"))
        for factor, name in ((1, "dy"), (c, "louder")):
            y = np.log(ya) / factor
            nudged = [
                (cross_entropy(factor * np.r_[y + e, [-99.0] * 7], t.argmax())
                 - cross_entropy(factor * np.r_[y - e, [-99.0] * 7], t.argmax())) / (2 * step)
                for e in step * np.eye(3)
            ]  # fmt: skip
            assert np.allclose(nudged, answers(v)[name], atol=1e-8)
        v = variant("gradient_check", seed)
        a, b, theta, e = (v.given[name] for name in ("a", "b", "theta", "step"))
        above, below = (a * x**3 + b * x for x in (theta + e, theta - e))
        assert np.isclose((above - below) / (2 * e), answers(v)["quotient"])
        v = variant("paths", seed)
        d = v.given["d"]
        assert np.isclose(d["x", "a"] * along(d, "a") + d["x", "b"] * along(d, "b"),
                          answers(v)["third"])  # fmt: skip


def along(d, node):
    """The derivative at a node of the graph: a sum over the arrows that leave it."""
    return 1 if node == "L" else sum(s * along(d, head) for (tail, head), s in d.items()
                                     if tail == node)  # fmt: skip


def test_who_goes_on_rightly_from_a_slip_is_told_what_then_comes_out():
    v = variant("gradient_by_hand", 8)
    for slip in v.parts[0].slips:
        after, given = answers(v, slip), v.given
        dha = after["dy"] @ given["W2"][0]
        assert np.isclose(after["dW1"], dha * given["ha"] * (1 - given["ha"]) * given["x"])
    text = "\n".join(t for t, _ in pieces(8, [(1, "gradient_by_hand", v)], "marking", str))
    assert f"goes on to (b) {said(answers(v, v.parts[0].slips[0])['dW2'])}" in text


ASKED = Part("", [(1, "")], "a", lambda v: 0.125, 2)


@pytest.mark.parametrize("parts, reason", [
    ([ASKED], "edge"),
    ([Part("", [(1, "")], "a", lambda v: 0.1, slips=[Slip(1, "", lambda v: 0.1)])], "taken for"),
    ([Part("", [(1, "")], "a", lambda v: 0.11, 2, [Slip(1, "", lambda v: 0.13)])], "taken for"),
    ([Part("", [(1, "")], "a", lambda v: 0.112, 2),
      Part("", [(1, "")], "b", lambda v: 100 * v.a, 1)], "rounded"),
])  # fmt: skip
def test_what_is_not_fair_is_noticed(parts, reason):
    assert reason in unfair(Variant("", parts))[0]


def test_a_question_without_a_fair_variant_and_a_name_that_no_question_has_are_refused(monkeypatch):
    monkeypatch.setitem(QUESTIONS, "new", Question("", (), lambda rng: Variant("", [ASKED])))
    for error, name in ((RuntimeError, "new"), (LookupError, "newer")):
        with pytest.raises(error) as caught:
            variant(name, 0)
        assert MESSAGE.fullmatch(str(caught.value)), caught.value


def test_numbers_are_written_as_a_teacher_would():
    assert [number(v) for v in (0.1 + 0.2, -1e-17, 2.0, 7000)] == ["0.3", "0", "2", "7000"]
    assert [number(v, 2) for v in (-0.001, 1.005, 3)] == ["0.00", "1.00", "3.00"]
    assert same((3, 4), (3, 4), 0) and not same((3, 4), (4, 3), 9)


@pytest.mark.parametrize("kind", KINDS)
def test_a_notebook_runs_and_only_the_scheme_has_answers(kind):
    written = nbformat.writes(notebook(7, drawn(7, QUESTIONS), kind))
    found = nbformat.reads(written, as_version=4)
    nbformat.validate(found)
    NotebookClient(found, kernel_name="python3", timeout=60).execute()
    text = "\n".join(cell.source for cell in found.cells if cell.cell_type == "markdown")
    assert ("−1 mark" in text) == (kind == "marking")
    assert text.count("My answer to") == (kind == "paper") * sum(
        len(v.parts) for *_, v in drawn(7, QUESTIONS))  # fmt: skip
    named = re.findall(r"\(attachment:(.+?)\)", text)
    assert named and set(named) == {
        name for cell in found.cells for name in cell.get("attachments", {})
    }


def test_the_key_lists_all_variants(tmp_path):
    write(tmp_path, (1, 2), ["rates", "trust"], pdf=False)
    text = (tmp_path / "key.csv").read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert {line["seed"] for line in lines} == {"1", "2"}
    for seed in (1, 2):
        marks = sum(int(line["marks"]) for line in lines if line["seed"] == str(seed))
        assert marks == sum(v.marks for *_, v in drawn(seed, ["rates", "trust"]))
    assert len(lines) + 1 == len(list(key({s: drawn(s, ["rates", "trust"]) for s in (1, 2)})))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "key.csv", *sorted(f"{kind}-{seed}.ipynb" for kind in KINDS for seed in (1, 2)),
    ]  # fmt: skip


@pytest.mark.parametrize("words", [
    ["--seed", "-1"], ["--seed", "7", "7"], ["--seed", "1", "--questions", "rates", "rates"],
])  # fmt: skip
def test_what_would_be_in_a_paper_twice_or_in_none_is_refused(words, tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([str(tmp_path), "--notebooks", *words])
    assert MESSAGE.search(capsys.readouterr().err) and not list(tmp_path.iterdir())


def test_the_key_of_another_paper_is_not_written_over(tmp_path):
    words = [str(tmp_path), "--notebooks", "--questions", "rates", "--seed"]
    main([*words, "7"])
    with pytest.raises(SystemExit) as caught:
        main([*words, "8"])
    assert MESSAGE.fullmatch(str(caught.value)) and not (tmp_path / "paper-8.ipynb").exists()


def test_a_paper_is_refused_where_nothing_can_set_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit) as caught:
        main([str(tmp_path), "--seed", "1"])
    assert MESSAGE.fullmatch(str(caught.value)) and not list(tmp_path.iterdir())


@pytest.mark.skipif(not shutil.which("xelatex") or not shutil.which("latexmk"),
                    reason='a PDF: README.md, "On paper", names what sets it')
def test_a_paper_is_set(tmp_path):
    main([str(tmp_path), "--seed", "3", "--questions", "paths", "find_the_fault"])
    assert all((tmp_path / f"{kind}-3.pdf").read_bytes().startswith(b"%PDF") for kind in KINDS)
