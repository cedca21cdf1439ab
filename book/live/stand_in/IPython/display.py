"""What the book needs of IPython."""


class Markdown:
    """A text in Markdown, shown as such."""

    def __init__(self, data):
        self.data = data

    def __repr__(self):
        return "<IPython.core.display.Markdown object>"

    def _repr_markdown_(self):
        return self.data
