"""How long one epoch takes in nnlib, scikit-learn and PyTorch, side by side in one run.

    pip install -e '.[benchmark]'
    python benchmarks/training.py

The network is the same everywhere: 784-16-10, sigmoid, softmax with cross entropy, plain SGD with
rate 0.5 and batches of 32, on 60,000 images; each starts from the same weights. They are MNIST's
where it can be loaded (see nnlib.load_mnist), else the sample repeated, which costs the same time.
The contestants take turns, five rounds, after one round that is not counted; what is printed are
medians and ratios of medians. Seconds differ from machine to machine, ratios much less.

"floor" is what no such program in numpy can avoid: gather the rows of each batch, the five matrix
products, the update. Its images are floats in [0, 1] already, as those of the others are; only
nnlib starts from the bytes, 47 MB instead of 376, and scales each batch when it comes to it.
"""

import sys
import time
import warnings

import numpy as np

import nnlib as nn

BATCH, RATE, ROUNDS = 32, 0.5, 5


def load():
    try:
        digits = nn.load_mnist()
        print("60,000 images of MNIST")
        return digits.train_images, digits.train_labels
    except OSError as error:
        print(f"the sample repeated to 60,000 images, since the full set is absent:\n  {error}\n")
        digits = nn.load_sample()
        return np.tile(digits.train_images, (15, 1, 1)), np.tile(digits.train_labels, 15)


def floor(images, x, labels, parameters):
    W1, b1, W2, b2 = parameters = [p.copy() for p in parameters]
    ha = np.full((BATCH, len(b1)), 0.5, x.dtype)
    dy = np.full((BATCH, len(b2)), 1e-9, x.dtype)
    dh = np.full((BATCH, len(b1)), 1e-9, x.dtype)
    order = np.random.default_rng(0).permutation(len(x))
    for start in range(0, len(x), BATCH):
        rows = x[order[start:start + BATCH]]
        rows @ W1, ha @ W2, dy @ W2.T
        for p, dp in zip(parameters, (rows.T @ dh, b1, ha.T @ dy, b2)):
            p -= RATE * dp


def with_nnlib(images, x, labels, parameters):
    nn.train(images, labels, parameters, seed=0, epochs=1, batch_size=BATCH, rate=RATE)


def with_sklearn(images, x, labels, parameters):
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    classifier = MLPClassifier(
        hidden_layer_sizes=len(parameters.b1), activation="logistic", solver="sgd", alpha=0,
        batch_size=BATCH, learning_rate_init=RATE, momentum=0, max_iter=1, random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # one epoch is what is asked for
        classifier.fit(x, labels)


def with_torch(images, x, labels, parameters):
    """Rows gathered by index: the least that eager PyTorch can do."""
    import torch

    x, labels = torch.from_numpy(x), torch.from_numpy(labels)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    train_torch(((x[rows], labels[rows]) for rows in order.split(BATCH)), parameters)


def with_torch_loader(images, x, labels, parameters):
    """Rows gathered by a DataLoader, as PyTorch's own tutorials do."""
    from torch import Generator, from_numpy
    from torch.utils.data import DataLoader, TensorDataset

    data = TensorDataset(from_numpy(x), from_numpy(labels))
    generator = Generator().manual_seed(0)
    train_torch(DataLoader(data, BATCH, shuffle=True, generator=generator), parameters)


def train_torch(batches, parameters):
    import torch

    W1, b1, W2, b2 = (torch.tensor(p) for p in parameters)
    network = torch.nn.Sequential(
        torch.nn.Linear(*W1.shape), torch.nn.Sigmoid(), torch.nn.Linear(*W2.shape)
    ).to(W1.dtype)
    with torch.no_grad():
        for mine, theirs in zip(network.parameters(), (W1.T, b1, W2.T, b2)):
            mine.copy_(theirs)
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE)
    total = 0  # nnlib and scikit-learn keep the loss of the epoch too
    for x, labels in batches:
        loss = torch.nn.functional.cross_entropy(network(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)


def installed(name):
    try:
        __import__(name)
    except ImportError:
        print(f"{name} is not installed and left out: pip install -e '.[benchmark]'")
        return False
    return True


def main():
    images, labels = load()
    contestants = {"floor": floor, "nnlib": with_nnlib}
    if installed("sklearn"):
        contestants["scikit-learn"] = with_sklearn
    if installed("torch"):
        contestants["PyTorch"] = with_torch
        contestants["PyTorch, DataLoader"] = with_torch_loader
    print(f"\n{'':22}{'seconds':>9}{'/ floor':>9}{'/ nnlib':>9}")
    for dtype in (np.float64, np.float32):
        x = np.divide(images.reshape(len(images), -1), 255, dtype=dtype)
        parameters = nn.initialize(seed=0, dtype=dtype)
        seconds = {name: [] for name in contestants}
        for _ in range(1 + ROUNDS):
            for name, epoch in contestants.items():
                start = time.perf_counter()
                epoch(images, x, labels, parameters)
                seconds[name].append(time.perf_counter() - start)
        medians = {name: np.median(times[1:]) for name, times in seconds.items()}
        print(dtype.__name__)
        for name, median in medians.items():
            print(
                f"  {name:20}{median:9.3f}{median / medians['floor']:9.2f}"
                f"{median / medians['nnlib']:9.2f}"
            )
        del x


if __name__ == "__main__":
    sys.exit(main())
