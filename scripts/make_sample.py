"""Makes nnlib/mnist_sample.npz, the 5,000 digits that the book runs on.

    python scripts/make_sample.py

They are the first 500 training images of each digit of MNIST (LeCun, Cortes and Burges, CC BY-SA
3.0), none of them in MNIST's test set. For each digit 100 are drawn for the test and 400 for
training; both parts are then shuffled. The index of each image in MNIST's training set is
recorded, so that anyone can check it byte for byte (tests/test_mnist.py does, wherever the full
set is present). The full set is downloaded, or read from the folder named in NNLIB_MNIST.
"""

import numpy as np

from nnlib.mnist import SAMPLE, load_mnist

SEED = 0
TEST_PER_DIGIT = 100


def main():
    images, labels, _, _ = load_mnist()
    index = np.concatenate([np.flatnonzero(labels == d)[:500] for d in range(10)])
    images, labels = images[index], labels[index]

    rng = np.random.default_rng(SEED)
    by_digit = [rng.permutation(np.flatnonzero(labels == d)) for d in range(10)]
    train = rng.permutation(np.concatenate([rows[TEST_PER_DIGIT:] for rows in by_digit]))
    test = rng.permutation(np.concatenate([rows[:TEST_PER_DIGIT] for rows in by_digit]))
    order = np.concatenate([train, test])
    np.savez_compressed(
        SAMPLE,
        images=images[order],
        labels=labels[order].astype(np.uint8),
        index=index[order].astype(np.uint16),
    )
    print(f"{SAMPLE}: {len(train)} training and {len(test)} test images")


if __name__ == "__main__":
    main()
