"""Gives a tip or a note the title that MyST allows it elsewhere: `:::{tip} Predict, then run`."""

from docutils.parsers.rst.directives.admonitions import Admonition


class Titled(Admonition):
    def run(self):
        self.options["class"] = [self.name]
        return super().run()


def setup(app):
    for name in ("tip", "note"):
        app.add_directive(name, Titled, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
