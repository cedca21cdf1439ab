"""What the book needs of IPython where there is none, and what matplotlib asks it where it is."""

version_info = 8, 24  # from which on matplotlib has nothing to mend in it


def get_ipython():
    """No shell."""
