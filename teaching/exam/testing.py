"""What a trained network is worth, and how well that is known."""

import numpy as np

from exam import Part, Slip, Variant, question
from exam.writing import number, table


@question(
    "A table of mistakes",
    "07-more-testing#which-digits-are-confused",
    "02-a-digit-is-784-numbers#what-is-there-to-beat",
)  # fmt: skip
def confusion(rng):
    digits = np.sort(rng.choice(10, 3, False))
    C = rng.integers(1, 10, (3, 3)) + np.diag(rng.integers(20, 50, 3))
    i, j = map(int, rng.choice(3, 2, False))
    lines = [[f"**{digit}**", *line] for digit, line in zip(digits, C)]
    a, b = digits[i], digits[j]
    return Variant(
        "A network reads three digits. A row of the table is a label, a column a guess; the "
        "numbers count test images.\n\n" + table(["label", *(f"guess {d}" for d in digits)], lines),
        [
            Part("What fraction of the images does it read rightly?",
                 [(1, "the diagonal, added up"), (1, "divided by all images")],
                 "accuracy", lambda v: np.trace(v.C) / v.C.sum(), 2,
                 [Slip(1, "that is the fraction read wrongly",
                       lambda v: 1 - np.trace(v.C) / v.C.sum())]),
            Part(f"Of the images that show a {a}, which fraction is recognised?",
                 [(1, f"the row of the {a}"), (1, "its entry on the diagonal, divided by its sum")],
                 "recall", lambda v: v.C[i, i] / v.C[i].sum(), 2,
                 [Slip(1, "that is of the images that are *called* so: the column",
                       lambda v: v.C[i, i] / v.C[:, i].sum()),
                  Slip(1, "divided by all images", lambda v: v.C[i, i] / v.C.sum())]),
            Part(f"The network says {b}. In which fraction of these cases is it right?",
                 [(1, f"the column of the {b}"),
                  (1, "its entry on the diagonal, divided by its sum")],
                 "precision", lambda v: v.C[j, j] / v.C[:, j].sum(), 2,
                 [Slip(1, "that is of the images that *show* it: the row",
                       lambda v: v.C[j, j] / v.C[j].sum())]),
            Part("What fraction would be read rightly by the best program that gives every image "
                 "the same answer?",
                 [(1, "the label that is commonest among these images"), (1, "its share")],
                 "baseline", lambda v: v.C.sum(axis=1).max() / v.C.sum(), 2,
                 [Slip(1, "a third, as if the three were equally common", lambda v: 1 / 3)]),
            Part(f"Above all, no {a} may be read as a {b}. Which entry of the table has to be "
                 f"small for that? A colleague raises the bias of the output for the {b} a little "
                 "and counts the same images again. Which way can this entry have moved, and why?",
                 [(1, f"label {a}, guess {b}"),
                  (1, "up, or not at all: that output grows for every image, so that each image "
                      f"that was called {b} still is")]),
        ],
        dict(C=C),
    )  # fmt: skip


@question(
    "How far to trust a number",
    "02-a-digit-is-784-numbers#how-good-is-a-guess",
    "02-a-digit-is-784-numbers#three-sets-of-images",
    "07-more-testing#two-networks-one-exam",
)  # fmt: skip
def trust(rng):
    while True:
        a, n = float(rng.choice([0.8, 0.9])), int(rng.choice([100, 400, 900, 1600]))
        total = int(rng.choice([25, 36, 49, 64]))
        n1 = int(rng.integers(total // 2 + 1, int(0.8 * total)))
        z = (2 * n1 - total) / np.sqrt(total)
        if n1 < (1 - a) * n and z != 2:  # the first is wrong about these n1, and z decides
            break
    frequent = ("rarely, as (d) is more than 2: it is likely to be better" if z > 2 else
                "often enough, as (d) is less than 2: nothing is decided")  # fmt: skip
    return Variant(
        f"A network reads {number(a * n)} of {n} test images rightly.",
        [
            Part("Compute the standard error of its accuracy.",
                 [(1, "the square root of $a\\,(1 - a)/n$"), (1, "the value")],
                 "error", lambda v: np.sqrt(v.a * (1 - v.a) / v.n), 4 if n > 400 else 3,
                 [Slip(1, "no square root", lambda v: v.a * (1 - v.a) / v.n),
                  Slip(1, "divided by $n$ outside of the root",
                       lambda v: np.sqrt(v.a * (1 - v.a)) / v.n)]),
            Part("Between which two numbers do you expect, in about 19 of 20 cases, the accuracy "
                 "that the network would have on very many images of the same kind?",
                 [(1, "two standard errors, or 1.96, to either side"), (1, "the two numbers")],
                 "interval", lambda v: v.a + 2 * v.error * np.array([-1, 1]), 3,
                 [Slip(1, "one standard error to either side",
                       lambda v: v.a + v.error * np.array([-1, 1]))]),
            Part("How many test images would be needed to make the standard error half as large?",
                 [(1, "$n$ stands under a root"), (1, "four times as many")],
                 "needed", lambda v: 4 * v.n,
                 slips=[Slip(1, "twice as many", lambda v: 2 * v.n)]),
            Part(f"A second network reads the same images. {n1} images are read rightly by the "
                 f"second alone, {total - n1} by the first alone. By how many of its standard "
                 "deviations is the difference of these two counts away from 0?",
                 [(1, "the difference of the two counts"), (1, "divided by the root of their sum")],
                 "z", lambda v: (2 * v.n1 - v.total) / np.sqrt(v.total), 2,
                 [Slip(1, "divided by the sum, without the root",
                       lambda v: (2 * v.n1 - v.total) / v.total)]),
            Part("Is the second network better than the first? Say what (d) has to do with a coin.",
                 [(1, "if both were equally good, each of these images would be a toss of a fair "
                      "coin"),
                  (1, f"coins fall as unevenly as this {frequent}")]),
            Part("Somebody trains 50 networks with different seeds, measures all of them on these "
                 "test images, and reports the accuracy of the best. Why does the standard error "
                 "not tell how far this number is to be trusted? How would you choose and "
                 "measure?",
                 [(1, "it describes one measurement; the best of 50 was picked for its luck, too"),
                  (1, "choose by validation images, and measure the one that was chosen on test "
                      "images")]),
        ],
        dict(a=a, n=n, n1=n1, total=total),
    )  # fmt: skip
