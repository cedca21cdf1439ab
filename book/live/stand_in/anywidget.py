"""What the interactive figures need of anywidget, for a Python in which it cannot be installed."""

import traitlets


class AnyWidget(traitlets.HasTraits):
    """Traits, of which those marked `sync` are the state of the figure in the page."""

    def get_state(self):
        """Script, styles and state, each in the form in which it is sent."""
        return {"_esm": self._esm, "_css": self._css} | {
            name: trait.metadata.get("to_json", lambda value, _: value)(getattr(self, name), self)
            for name, trait in self.traits(sync=True).items()
        }

    def _repr_mimebundle_(self, **kwargs):
        return {"text/plain": repr(self)}, {}
