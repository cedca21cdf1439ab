"""What the interactive figures need of anywidget, for a Python in which it cannot be installed."""

from uuid import uuid4

import traitlets


class AnyWidget(traitlets.HasTraits):
    """Traits, of which those marked `sync` are the state of the figure in the page."""

    def __init__(self, **values):
        self.model_id = uuid4().hex
        super().__init__(**values)

    def get_state(self, key=None):
        """Script, styles and state, or one trait, each in the form in which it is sent."""
        traits = self.traits(sync=True) if key is None else {key: self.traits()[key]}
        state = {"_esm": self._esm, "_css": self._css} if key is None else {}
        for name, trait in traits.items():
            sent = trait.metadata.get("to_json", lambda value, figure: value)
            state[name] = sent(getattr(self, name), self)
        return state

    def _repr_mimebundle_(self, **kwargs):
        view = {"model_id": self.model_id, "state": self.get_state()}
        return {"text/plain": repr(self), "application/vnd.jupyter.widget-view+json": view}, {}
