"""The judge of the reader's functions: right ones, mistakes that it knows, and others."""

import re
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnlib as nn
from exercises import judge as judging
from exercises import mistakes
from exercises.judge import judge, verdict
from exercises.tasks import TASKS
from judged import MISTAKES, NAMELESS, PROGRAMS, RIGHT, changed, program
from nnlib.backpropagation import backward
from nnlib.network import forward
from shared import NOTEBOOKS, refused

OF = {
    "softmax": mistakes.IN_SOFTMAX, "forward": mistakes.IN_FORWARD,
    "cross_entropy": mistakes.IN_LOSS, "backward": mistakes.IN_BACK,
    "one_step": mistakes.IN_UPDATE,
    "train": [one for one in mistakes.IN_TRAIN if not one.sentence.startswith("The step is at")],
}  # fmt: skip


def cases(table):
    return [pytest.param(name, *row, id=f"{name}: {re.sub(r'[^ ->@-~]', ' ', row[0])[:60]}")
            for name, rows in table.items() for row in rows]  # fmt: skip


@pytest.mark.parametrize("name, source", [
    (name, source) for table in (RIGHT, PROGRAMS) for name in table for source in table[name]
])  # fmt: skip
def test_a_right_function_is_right_however_it_is_written(name, source):
    right, sentences = verdict(program(source))
    assert right, sentences
    assert len(RIGHT[name]) + len(PROGRAMS[name]) >= 3


@pytest.mark.parametrize("function", [
    nn.softmax, forward, nn.cross_entropy, backward, nn.train
])  # fmt: skip
def test_what_nnlib_has_is_right(function):
    assert verdict(function).right


@pytest.mark.parametrize("name, sentence, spellings", cases(MISTAKES))
def test_a_known_mistake_is_named_however_it_is_spelt(name, sentence, spellings):
    assert len(set(spellings)) >= 2
    for k, lines in enumerate(spellings):
        source = changed(PROGRAMS[name][k % len(PROGRAMS[name])], lines)
        right, sentences = verdict(program(source))
        assert not right
        assert any(one.startswith(sentence) for one in sentences), (source, sentences)


@pytest.mark.parametrize("name", OF)
def test_every_known_mistake_is_tried(name):
    tried = {known.sentence for known in OF[name] for sentence, _ in MISTAKES[name]
             if known.sentence.startswith(sentence)}  # fmt: skip
    assert {known.sentence for known in OF[name]} == tried


@pytest.mark.parametrize("name, line", [
    (name, line) for name, lines in NAMELESS.items() for line in lines
])  # fmt: skip
def test_a_mistake_without_a_name_is_refused_and_given_none(name, line):
    right, sentences = verdict(program(changed(PROGRAMS[name][0], line)))
    assert not right and len(sentences) > 1
    assert not any("See chapter" in sentence for sentence in sentences), sentences


def test_there_are_twenty_mistakes_without_a_name():
    assert sum(map(len, NAMELESS.values())) >= 20


def test_what_explains_a_mistake_is_in_the_chapter():
    for chapter, section in {known[2:] for rows in OF.values() for known in rows}:
        [path] = [path for path in NOTEBOOKS if path.name.startswith(f"{chapter:02d}")]
        text = path.read_text(encoding="utf-8")
        assert re.search(rf"## {re.escape(section)}(\\n|\")", text), (chapter, section)


BUMPS = st.floats(1e-5, 1e3) | st.floats(-1e3, -1e-5)


@settings(max_examples=100, derandomize=True, deadline=None, database=None)
@given(st.sampled_from(list(TASKS)), st.integers(0, 9), st.integers(0, 9), st.integers(0), BUMPS)
def test_a_single_wrong_number_is_never_right(name, trial, array, place, size):
    """One entry of one array in one trial is off, by a hundred thousandth or more."""
    task = TASKS[name]
    trials = task.trials()
    at, calls = trial % len(trials), iter(range(len(trials)))

    def function(*given, **keywords):
        k = next(calls)
        found = [one.copy() for one in trials[k].expected]
        if k == at:
            one = found[array % len(found)]
            one.reshape(-1)[place % one.size] += size * max(np.abs(one).max(), 1e-3)
        return found if len(task.names) > 1 else found[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "cause", lambda *given: None)  # whatever it may be called
        assert not verdict(function, name).right


BACK = "def backward(x, h, ha, y, ya, t, parameters):\n    "


@pytest.mark.parametrize("source, fragments", [
    (BACK + '"""Where?"""\n    ...', ["still empty", "Parameters(dW1, db1, dW2, db2)"]),
    (BACK + "pass", ["returns None", "`return`"]),
    (BACK + '"""Where?"""\n    return ...', ["still empty"]),
    (BACK + "print(x.shape)", ["prints `(7, 9)`", "returns None", "lost"]),
    (BACK + "return x @ h", ["in line 2, `return x @ h`", "ValueError", "7 images"]),
    (BACK + "return right(x, h, ha, y, ya, t)", ["missing 1 required", "in line 2"]),
    (BACK + "return right(x, h, ha, y, ya, t, parameters)[:3]", ["returns 3 things"]),
    (BACK + "return x", ["returns one ndarray of shape (7, 9)", "four arrays"]),
    (BACK + "return [q.astype(np.float32) for q in right(x, h, ha, y, ya, t, parameters)]",
     ["dW1 is expected to be an array of float64", "float32"]),
    (BACK + "return [q.tolist() for q in right(x, h, ha, y, ya, t, parameters)]", ["one list"]),
    (BACK + "return right(x, h, ha, y, ya, t, parameters)._replace(b1=None)", ["one NoneType"]),
    (BACK + "return right(x, h, ha, y, ya, t, parameters)._replace(W2=ya[:3, :2])",
     ["dW2 is expected", "(8, 6)", "the shape (3, 2)"]),
    (BACK + "return right(x, h, ha, y, ya * np.nan, t, parameters)", ["dW1 has nan in it"]),
    (BACK + "n = 0\n    while True:\n        n += 1", ["had not come to its end", "line 4"]),
    (BACK + "return backward(x, h, ha, y, ya, t, parameters)", ["RecursionError"]),
    (BACK + "exit()", ["SystemExit"]),
    (BACK + "import inspect\n    inspect.cleandoc(3)", ["in line 3, `inspect.cleandoc(3)`"]),
    ("def backward(x, h, ha):\n    return x", ["takes 3 positional arguments but 7 were given"]),
    (BACK + "ya -= t\n    ya /= len(x)\n    return right(x, h, ha, y, ya * len(x), 0, parameters)",
     ["changes ya, which it was given", "What can go wrong"]),
    (BACK + "parameters.W2[:] = 0\n    return right(x, h, ha, y, ya, t, parameters)",
     ["changes parameters.W2"]),
    (BACK + "return right(x, h, ha, y, ya * factor, t, parameters)", ["takes factor from another"]),
    (BACK + "print('here')\n    return right(x, h, ha, y, ya * 3, t, parameters)",
     ["In its first trial it prints: here"]),
    ("def softmax(y):\n    return 'shares'", ["The result is expected to be an array", "one str"]),
    ("def cross_entropy(y, labels):\n    return int(nn.cross_entropy(y, labels))",
     ["expected to be a float", "int64"]),
    ("def cross_entropy(y, labels):\n    return [[1], [2, 3]]", ["one list"]),
    ("def one_step(x, t, parameters, rate):\n    for p in parameters:\n        p -= rate",
     ["changes parameters.W1", "returns None"]),
])  # fmt: skip
def test_whatever_comes_gets_a_sentence(source, fragments):
    right, sentences = verdict(program(source, right=backward, factor=2.0))
    assert not right
    for fragment in fragments:
        assert fragment in " ".join(sentences), sentences


@pytest.mark.parametrize("name, source, fragments", [
    ("backward", changed(PROGRAMS["backward"][0], "dh = dha * ha**1.5"),
     ["dW2 and db2 are right", "Wrong in 6 of 6 trials", "dha and dh"]),
    ("backward", changed(PROGRAMS["backward"][0], "dW1 = 3 * x.T @ dh"),
     ["dW1 is 3 times what it should be", "dy is right, and so is dh: look at dW1 alone"]),
    ("backward", changed(PROGRAMS["backward"][0], "db1 = 3 * dh.sum(axis=0)"), ["the sum db1"]),
    ("backward", changed(PROGRAMS["backward"][0], "dy = (ya - t)**3 / n"),
     ["the same dy, and that is wrong", "computed rightly from it"]),
    ("backward", changed(PROGRAMS["backward"][0], "dW2 = ha.T @ dy * 1.01"),
     ["dy is right: look at the product dW2.", "dW2 is 1.01 times"]),
    ("backward", changed(PROGRAMS["backward"][0], "db2 = dy.sum(axis=0) ** 3"), ["the sum db2"]),
    ("backward", changed(PROGRAMS["backward"][0], "dy = (ya - t) / max(n, 7)"),
     ["Wrong in 1 of 6 trials", "1 image, 9 pixels", "all is right with 7 images"]),
    ("forward", changed(PROGRAMS["forward"][0], "ha = S(h) ** 2"),
     ["The first that is wrong on the way is ha = S(h).", "x and h are right", "rightly from it"]),
    ("one_step", changed(PROGRAMS["one_step"][0], "dh = dha * ha**1.5"), ["dha and dh"]),
    ("one_step", changed(PROGRAMS["one_step"][0], "rate * dp -> 1.1 * rate * dp"),
     ["It is 1.1 times the step that it should be"]),
    ("cross_entropy", "def cross_entropy(y, labels):\n    return 2 * nn.cross_entropy(y, labels)",
     ["The loss is", "and should be", "The loss of the first image alone"]),
    ("softmax", "def softmax(y):\n    return nn.softmax(y) + 0.1", ["do not add up to 1"]),
    ("softmax", "def softmax(y):\n    return nn.softmax(1.1 * y)", ["add up to 1: look at exp"]),
])  # fmt: skip
def test_what_has_no_name_has_a_place(name, source, fragments):
    text = " ".join(verdict(program(source)).sentences)
    for fragment in fragments:
        assert fragment in text, text


@pytest.mark.parametrize("k", range(5))
def test_the_first_trial_that_goes_wrong_tells_where_training_does(k):
    task, broken = TASKS["train"], iter(range(5))
    trials = task.trials()

    def train(*given, **settings):
        at = next(broken)
        return [p + (at >= k) for p in trials[at].expected]

    sentences = verdict(train, "train").sentences
    assert task.place(trials[k], None) in sentences


def test_two_mistakes_at_once_are_both_named():
    lines = "dy = ya - t", "dh = dha * ha"
    _, sentences = verdict(program(changed(PROGRAMS["backward"][0], *lines)))
    assert sum("See chapter 5" in sentence for sentence in sentences) == 2


def test_no_two_known_mistakes_are_the_same():
    for name in ("softmax", "forward", "cross_entropy", "backward"):
        task = TASKS[name]
        for known in OF[name]:
            trials = [
                (trial, judging.Outcome(found, "" if found is not None else "refused"))
                for trial in task.trials() for found in [judging.imitated(task, known.lines, trial)]
            ]  # fmt: skip
            if len(task.names) == 1:
                trials = [(t, o._replace(value=o.value and o.value[0])) for t, o in trials]
            assert judging.cause(task, trials) == (known,), known.sentence


def test_the_judge_leaves_everything_as_it_was(capsys):
    def trace(frame, event, argument):
        return None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        verdict(program(BACK + "while x.any():\n        h = h + 1"))
        assert sys.gettrace() is trace
    finally:
        sys.settrace(before)
    verdict(program(BACK + "np.log(-1)\n    x[:] = 0\n    print(x, file=None)"))
    assert capsys.readouterr() == ("", "")
    assert verdict(backward).right


def test_a_name_that_is_none_is_refused():
    refused(TypeError, "found NoneType", judge, None)
    refused(ValueError, "found walk", judge, walk=len)
    refused(ValueError, "found <lambda>", judge, lambda y: y)


def test_a_network_of_all_the_readers_functions_learns(capsys):
    own = {}
    for name in TASKS:
        own[name] = program(RIGHT[name][-1], **own)
    judge(*own.values())
    told = capsys.readouterr().out
    assert all(f"{name} is right" in told for name in own)
    assert "reads 890" in " ".join(told.split())
    assert max(map(len, told.splitlines())) <= 55


def test_what_goes_through_numbers_one_by_one_is_not_put_to_work(capsys):
    loops = changed(PROGRAMS["backward"][0], "dW1 = np.zeros_like(parameters.W1)\n"
                    "    for i, j in np.ndindex(dW1.shape):\n"
                    "        dW1[i, j] = x[:, i] @ dh[:, j]")  # fmt: skip
    judge(program(loops))
    told = " ".join(capsys.readouterr().out.split())
    assert "backward is right" in told and "would take too long here" in told


def test_what_overflows_and_is_right_is_right_with_a_remark():
    source = changed(PROGRAMS["forward"][0], "ha = 1 / (1 + np.exp(-h))")
    right, sentences = verdict(program(source))
    assert right and "numpy warns that exp overflows" in sentences[1]
