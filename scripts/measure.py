"""Measures what takes too long for a cell of the book, and keeps it in nnlib/results.json.

    python scripts/measure.py            measure everything and write the file (a few minutes)
    python scripts/measure.py --check    measure the first two of each list again and compare

The full MNIST is needed: it is downloaded, or read from the folder named in NNLIB_MNIST. Run k of
a list has seed k, for the first weights and for the order of the images. Everything is float64,
so that the same numbers come out on every machine.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

import nnlib as nn

RESULTS = Path(nn.__file__).with_name("results.json")


def by_the_book(digits, seed, hidden=16, **settings):
    """The parameters after the training of this book."""
    start = nn.initialize(seed, hidden=hidden)
    return nn.train(digits.train_images, digits.train_labels, start, seed=seed, **settings)[0]


def as_the_original(digits, seed, batch_size, rate_on_sum):
    """The parameters after the program of the original notebook: each image once, in order."""
    rng = np.random.default_rng(seed)
    W1 = rng.uniform(-1, 1, (784, 16)) / 28
    W2 = rng.uniform(-1, 1, (16, 10)) / 4
    parameters = nn.Parameters(W1, np.zeros(16), W2, np.zeros(10))
    for first in range(0, len(digits.train_labels), batch_size):
        part = slice(first, first + batch_size)
        images, labels = digits.train_images[part], digits.train_labels[part]
        mean = nn.backpropagation(images, labels, parameters)
        steps = (rate_on_sum * (batch_size * dp) for dp in mean)
        parameters = nn.Parameters(*(p - step for p, step in zip(parameters, steps)))
    return parameters


def answers(train, digits, runs, settings):
    """Whether each test image is read rightly after training: (runs, n_test), seeds 0 and on."""
    return np.array([
        nn.predict(digits.test_images, train(digits, seed, **settings)) == digits.test_labels
        for seed in range(runs)
    ])


def first_images(digits, n):
    return digits._replace(
        train_images=digits.train_images[:n], train_labels=digits.train_labels[:n]
    )


def experiments(sample, mnist):
    """Name -> (training, digits, number of runs, settings of the training)."""
    constant = {"epochs": 20, "batch_size": 32, "rate": 0.5}
    falling = {"epochs": 10, "batch_size": 32, "rate": 0.5, "final_rate": 0}
    original = {"batch_size": 32, "rate_on_sum": 0.05}
    widths = {
        f"width_{hidden}": (by_the_book, mnist, 5, {"hidden": hidden, **falling})
        for hidden in (4, 8, 16, 30, 100)
    }
    return {
        "seed_cloud": (by_the_book, sample, 100, constant),
        "original": (as_the_original, first_images(mnist, 6400), 100, original),
        "full_one_epoch": (by_the_book, mnist, 20, constant | {"epochs": 1}),
        "full": (by_the_book, mnist, 20, falling),
        **widths,
    }


def measure(name, train, digits, runs, settings):
    """What is kept: entry k of read_by is the number of test images that k of the runs read."""
    right = answers(train, digits, runs, settings)
    print(f"{name:16} {runs:3d} runs, mean accuracy {right.mean():.4f}", flush=True)
    return {
        **settings,
        "n_train": len(digits.train_labels),
        "n_test": len(digits.test_labels),
        "accuracy": right.mean(axis=1).tolist(),
        "read_by": np.bincount(right.sum(axis=0), minlength=runs + 1).tolist(),
    }


def first_two(found):
    """What a measurement of two runs has in common with one of more."""
    return found | {"accuracy": found["accuracy"][:2], "read_by": None}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare two runs of each")
    check = parser.parse_args().check
    plan = experiments(nn.load_sample(), nn.load_mnist())
    if not check:
        results = {name: measure(name, *experiment) for name, experiment in plan.items()}
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        return 0
    kept = json.loads(RESULTS.read_text(encoding="utf-8"))
    wrong = [name for name in set(plan) ^ set(kept)]
    for name, (train, digits, _, settings) in plan.items():
        again = measure(name, train, digits, 2, settings)
        if name in kept and first_two(again) != first_two(kept[name]):
            wrong.append(name)
    if wrong:
        print(
            f"expected the results kept in {RESULTS.name}; found others for {', '.join(wrong)}. "
            "If nnlib was changed on purpose, measure again without --check."
        )
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main())
