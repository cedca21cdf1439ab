"""Judges the functions that a reader writes: is one right, and if not, what is wrong with it?

    from exercises.judge import judge
    judge(backward)

prints some sentences. A function is known by its name. For those who mark a class, `verdict` gives
the same sentences, and whether the function is right:

    right, sentences = verdict(backward)

and so it does of an answer, a number, a shape or a choice: `verdict(567, "pixel_number")`.
"""

import dis
import numbers
import textwrap
from itertools import combinations
from typing import NamedTuple

import numpy as np

import nnlib as nn
from exercises import ANSWERS, described
from exercises.answers import about
from exercises.calls import Outcome, call
from exercises.mistakes import trained
from exercises.tasks import SAME, TASKS, apart, listed, near
from nnlib.backpropagation import backward
from nnlib.network import forward

EXPERIMENT = {"seed": 0, "epochs": 3, "batch_size": 32, "rate": 0.5}
IN_EXPERIMENT = 500_000  # lines of the reader's: a loop over the images of a batch takes half


class Verdict(NamedTuple):
    right: bool
    sentences: list[str]


def judge(*functions, **named):
    """Prints what is to be said of functions, each known by its own name or by the one given.

    Where all are right, a network is trained with them, and with nnlib's in place of the others.
    Raises TypeError for what is no function and ValueError for a name that is not judged.
    """
    own = {getattr(f, "__name__", repr(f)): f for f in functions} | named
    verdicts = [verdict(function, name) for name, function in own.items()]
    sentences = [sentence for _, told in verdicts for sentence in told]
    if own and all(right for right, _ in verdicts):
        sentences.append(experiment(own))
    print("\n".join(textwrap.fill(sentence, 55) for sentence in sentences))


def verdict(function, name=None, *, own=False, **numbers):
    """Whether a function is right, and sentences on what it has passed or what is wrong with it.

    The same for an answer of this name, which may have other numbers than the book's. With own, a
    function of nnlib is not right. Raises what judge raises.
    """
    if name in ANSWERS:
        return Verdict(*about(function, described(name, **numbers)))
    if not callable(function):
        raise TypeError(
            f"expected a function; found {type(function).__name__}. Give its name without "
            "brackets behind it, as in judge(backward)."
        )
    name = name or getattr(function, "__name__", "one without a name")
    if name not in TASKS:
        raise ValueError(
            f"expected a function called {', '.join(TASKS)}; found {name}. Say which it is meant "
            "to be, as in judge(backward=my_function)."
        )
    task = TASKS[name]
    module = getattr(function, "__module__", None) or ""
    if own and module.partition(".")[0] == "nnlib":
        return Verdict(False, [f"{name} is the function of {module}. Expected: one of your own."])
    if is_empty(function):
        return Verdict(False, [f"{name} is still empty. Expected: {task.returns}. Write it in the "
                               "place of the three dots, and run the cell again."])  # fmt: skip
    trials = []
    for trial in task.trials():
        outcome = call(function, trial.arguments, trial.keywords)
        trials.append((trial, outcome._replace(value=task.take(outcome.value))))
        if outcome.endless:
            break
    if sentences := faults(task, trials):
        sentences = [f"{name} is not right yet.", *sentences, *hints(function, trials[0][1])]
        return Verdict(False, sentences)
    passed = f"{name} is right: {task.passed}. What it was given is left as it was."
    return Verdict(True, [passed, *remarks(trials)])


def is_empty(function):
    code, empty = getattr(function, "__code__", None), nothing.__code__
    return bool(code) and code.co_code == empty.co_code and code.co_consts[1:] in ((None,), (...,))


def nothing():
    """Compiled as any function is that has a docstring and nothing else."""
    ...


def faults(task, trials):
    """What is wrong, in sentences; none where all is right."""
    spoilt = [what_it_changes(name) for name in changed(trials)]
    wrong = [pair for pair in trials if not is_right(task, *pair)]
    if not wrong:
        return spoilt
    if found := cause(task, trials):
        return [*spoilt, *how_far(task, trials), *map(told, found)]
    formal = next(filter(None, (fault_of_form(task, *pair) for pair in wrong)), None)
    if formal:
        return [*spoilt, formal, *where_right(trials, wrong)]
    trial, outcome = wrong[0]
    return [*spoilt, *how_far(task, trials), task.place(trial, pieces(task, outcome))]


def told(mistake):
    return f"{mistake.sentence} See chapter {mistake.chapter}, \"{mistake.section}\"."


def where_right(trials, wrong):
    faulty = [trial.told for trial, _ in wrong]
    right = [trial.told for trial, _ in trials if trial.told not in faulty]
    return [f"It is right in another trial: {right[0]}."] if right else []


def pieces(task, outcome):
    """The arrays that were returned; None where there was an error, or what came is no number."""
    value, count = outcome.value, len(task.names)
    several = isinstance(value, tuple | list) and count > 1
    try:
        arrays = tuple(map(np.asarray, value if several else [value]))
    except ValueError:  # rows of several lengths
        return None
    numeric = all(array.dtype.kind in "iufb" for array in arrays)
    return arrays if numeric and not outcome.fault else None


def is_right(task, trial, outcome):
    return not fault_of_form(task, trial, outcome) and all(
        map(near, pieces(task, outcome), trial.expected)
    )


def fault_of_form(task, trial, outcome):
    """An error, or what is wrong with the form of what was returned, in a sentence; or None."""
    value, count = outcome.value, len(task.names)
    if outcome.fault:
        return f"With {trial.told}: {outcome.fault}."
    if value is None or value is ...:
        return nothing_returned(task, outcome)
    parts = [value] if count == 1 else value
    if not isinstance(parts, tuple | list) or len(parts) != count:
        found = f"{len(parts)} things" if isinstance(parts, tuple | list) else kind_of(parts)
        return f"It returns {found}. Expected: {task.returns}."
    for name, part, expected in zip(task.names, parts, trial.expected):
        if not isinstance(part, np.ndarray if expected.shape else np.ndarray | numbers.Real):
            found = kind_of(part)
        elif np.shape(part) != expected.shape:
            found = f"the shape {np.shape(part)}"
        elif np.asarray(part).dtype != np.float64:
            found = f"the type {np.asarray(part).dtype}"
        else:
            continue
        shape = f"an array of float64, of shape {expected.shape}" if expected.shape else "a float"
        return f"With {trial.told}: {name} is expected to be {shape}; found: {found}."


def kind_of(value):
    shape = f" of shape {value.shape}" if isinstance(value, np.ndarray) else ""
    return f"one {type(value).__name__}{shape}"


def nothing_returned(task, outcome):
    if outcome.printed.strip():
        start = outcome.printed.strip().splitlines()[0][:60]
        return (f"It prints `{start}` and returns None: what is printed is lost to the program "
                f"that calls it. Expected: that it returns {task.returns}.")
    return f"It returns None: is there a `return` at its end? Expected: {task.returns}."


def changed(trials):
    return sorted({name for _, outcome in trials for name in outcome.changed})


def what_it_changes(name):
    return (f"It changes {name}, which it was given, in place, as `-=` and `[...] =` do: who "
            "called it may still need the old numbers. Make a new array. See chapter 5, \"What can "
            "go wrong\", and chapter 6, \"What train adds\".")


def cause(task, trials):
    """The known mistake, or the two at once, that explain every trial, in a tuple; or None.

    What no mistake explains may be one that somebody's loops do where numpy refuses.
    """
    trials = sorted(trials, key=lambda pair: bool(pair[1].fault))  # first those with numbers
    if pieces(task, trials[0][1]) is None:
        return None
    single = [(mistake,) for mistake in task.known]
    pairs = combinations(task.known, 2) if task.pairs else ()
    for candidates, refused in ((single, False), (pairs, False), (single, True)):
        for candidate in candidates:
            lines = {name: line for mistake in candidate for name, line in mistake.lines.items()}
            if len(lines) == sum(len(mistake.lines) for mistake in candidate):
                if explain(task, lines, trials, refused):
                    return candidate


def explain(task, lines, trials, refused=False):
    """Whether these lines give what was found, and are refused where the function was; or also
    elsewhere, if they may be. Some of it has to be wrong."""
    explained = False
    for trial, outcome in trials:
        theirs, ours = pieces(task, outcome), imitated(task, lines, trial)
        if ours is None or theirs is None:
            if ours is not theirs and not (refused and ours is None):
                return False
            explained |= ours is theirs
        elif len(ours) != len(theirs) or not all(near(a, b, SAME) for a, b in zip(theirs, ours)):
            return False
        else:
            explained |= not is_right(task, trial, outcome)
    return explained


def imitated(task, lines, trial):
    """What these lines give in a trial; None where numpy refuses their shapes or axes."""
    try:
        with np.errstate(all="ignore"):
            return pieces(task, Outcome(task.imitate(trial, lines)))
    except (ValueError, IndexError):
        return None


def how_far(task, trials):
    """Which arrays are wrong, by how much, and in which trials; nothing if no numbers came."""
    off = {}  # trial -> name -> by how much
    formed = [pair for pair in trials if not fault_of_form(task, *pair)]
    for trial, outcome in formed:
        rows = zip(task.names, pieces(task, outcome), trial.expected)
        off[trial.told] = {name: measure(a, b) for name, a, b in rows if not near(a, b)}
    wrong = [told for told in off if off[told]]
    if not wrong:
        return []
    first, right = off[wrong[0]], [told for told in off if not off[told]]
    text = f"With {wrong[0]}, {', '.join(f'{name} {how}' for name, how in first.items())}."
    text += " (The largest entry counts as 1.)" * ("off by" in text)
    if others := [name for name in task.names if not any(name in off[told] for told in off)]:
        text += f" {listed(others)} {'is' if len(others) == 1 else 'are'} right."
    if len(formed) > 1:
        text += f" Wrong in {len(wrong)} of {len(formed)} trials"
        text += f"; all is right with {right[0]}." if right else "."
    return [text]


def measure(found, expected):
    """How an array is wrong."""
    if not np.isfinite(found).all():
        return f"has {'nan' if np.isnan(found).any() else 'infinity'} in it"
    if not expected.shape:
        return f"is {found:.6g} and should be {expected:.6g}"
    with np.errstate(all="ignore"):
        factors = found / expected
    if np.isfinite(factors).all() and np.ptp(factors) < 1e-6 * np.abs(factors).max():
        return f"is {factors.flat[0]:.4g} times what it should be"
    return f"is off by {apart(found, expected):.2g}"


def remarks(trials):
    if any(outcome.overflow for _, outcome in trials):
        yield ("On the way numpy warns that exp overflows. The result is right all the same; the "
               "line that nnlib has for it is in chapter 4, \"Where the computer's numbers end\".")


def hints(function, outcome):
    """What may have been meant otherwise, and what it prints."""
    if outside := sorted(set(values_outside(function))):
        yield (f"It takes {listed(outside)} from another cell; a function should come by its "
               "numbers as arguments.")
    if outcome.printed.strip() and outcome.value is not None:
        yield f"In its first trial it prints: {outcome.printed.strip()[:400]}"


def values_outside(function):
    """The names of numbers and arrays that it finds among those of the notebook."""
    code, names = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    for instruction in dis.get_instructions(code) if code else ():
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            if isinstance(names.get(instruction.argval), np.ndarray | tuple | list | numbers.Real):
                yield instruction.argval


def experiment(own):
    """A sentence on a network that is trained with these functions, and nnlib's for the others."""
    outcome, names = call(at_work, {"own": own}, lines=IN_EXPERIMENT), listed(own)
    if outcome.endless:
        return (f"To train a network of 784 pixels with your {names} would take too long here: it "
                "goes through the numbers one by one. Matrix products are much quicker.")
    if outcome.fault:
        return f"A network was to be trained with your {names}, but: {outcome.fault}."
    right, loss = outcome.value
    return (f"At work: a network learns with your {names} from 4,000 images, in "
            f"{EXPERIMENT['epochs']} epochs. Of the 1,000 test images it then reads {right} "
            f"rightly, and its loss on them is {loss:.3f}.")


def at_work(own):
    """How many test images are read rightly after training, and the loss on them."""
    digits, train = nn.load_sample(), own.get("train") or (
        lambda *given, **settings: trained(*given, **settings, lines={"step": step_of(own)}))
    result = TASKS["train"].take(
        train(digits.train_images, digits.train_labels, nn.initialize(seed=0), **EXPERIMENT)
    )
    x = digits.test_images.reshape(-1, 784) / 255
    *_, y, ya = forward_of(own)(x, nn.Parameters(*result))
    loss = own.get("cross_entropy", nn.cross_entropy)(y, digits.test_labels)
    return np.sum(ya.argmax(axis=1) == digits.test_labels), loss


def step_of(own):
    """A training step of the reader's, or one that is made of his forward, softmax and backward."""
    def step(x, t, parameters, rate):
        back = own.get("backward", backward)
        gradient = back(*forward_of(own)(x, parameters), t, parameters)
        return [p - rate * dp for p, dp in zip(parameters, gradient)]

    return own.get("one_step", step)


def forward_of(own):
    def with_softmax(x, parameters):
        *values, y, _ = forward(x, parameters)
        return *values, y, own.get("softmax", nn.softmax)(y)

    return own.get("forward", with_softmax)
