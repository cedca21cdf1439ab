"""Says, where the book would download the full MNIST with pooch, that a page cannot."""

raise ConnectionError(
    "expected Python on a machine of one's own, to which load_mnist() downloads 70,000 digits; "
    "found that of a page. Take load_sample(), 5,000 of them, which needs no download."
)
