/**
 * Starts interactive figures in a page: those whose state the build stored in it, which no Python
 * hears, and those that a cell shows there, with the Python of the page behind them.
 */

const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';

/** What Jupyter would give the script of a figure; tell(trait, value) hears what that sets. */
class Model {
  listeners = {};
  constructor({ state, buffers = [] }, tell) {
    this.state = structuredClone(state);
    this.tell = tell;
    for (const { path, data } of buffers) {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const inner = path.slice(0, -1).reduce((part, key) => part[key], this.state);
      inner[path.at(-1)] = new DataView(bytes.buffer);
    }
  }
  of = (event) => (this.listeners[event] ??= new Set());
  on = (event, callback) => this.of(event).add(callback);
  off = (event, callback) => this.of(event).delete(callback);
  get = (name) => this.state[name];
  set(name, value) {
    if (this.state[name] === value) return;
    this.tell(name, value);
    this.hear(name, value);
  }
  hear(name, value) {
    this.state[name] = value;
    for (const callback of [...this.of(`change:${name}`)]) callback();
  }
  save_changes() {}
}

const live = new Map(); // the models with a Python behind them, by model_id

/**
 * Shows a figure in el: {state, buffers} that were stored, or {model_id, state} as Python told it.
 * tell(trait, value) is called when the figure sets a trait. Resolves to a function that ends it.
 */
export async function start(figure, el, tell = () => {}) {
  const id = figure.model_id;
  const model = live.get(id) ?? new Model(figure, tell);
  if (id) live.set(id, model); // shown twice, it is one
  const style = { textContent: model.get("_css") };
  el.append(Object.assign(document.createElement("style"), style));
  const address = URL.createObjectURL(new Blob([model.get("_esm")], { type: "text/javascript" }));
  const { default: widget } = await import(address).finally(() => URL.revokeObjectURL(address));
  const end = await widget.render({ model, el });
  return () => {
    end();
    if (Object.values(model.listeners).every(({ size }) => size === 0)) live.delete(id);
  };
}

/** Gives a trait that Python has set to the figure, if it is still shown. */
export function hear({ model_id, name, value }) {
  live.get(model_id)?.hear(name, value);
}

/** Says in el that its figure cannot start. */
export function complain(el, { message }) {
  const line = document.createElement("p");
  line.setAttribute("role", "alert");
  line.textContent = `This figure cannot start: ${message}. The rest of the page works without it.`;
  el.append(line);
}

let states; // of all figures that are stored in the page
function state_of(id) {
  const script = document.querySelector(STATE);
  const data = script ? "damaged data" : "none";
  try {
    states ??= JSON.parse(script.textContent).state;
  } catch {
    throw Error(`expected the figure's data in the page; found ${data}`);
  }
  if (states?.[id]) return states[id];
  throw Error("expected the figure's data in the page; found that of others only");
}

async function show(place) {
  const el = document.createElement("div");
  place.prepend(el);
  try {
    await start(state_of(place.dataset.model), el);
    place.querySelector(".figure-still").hidden = true;
  } catch (error) {
    complain(el, error);
  }
}

/** To the figure for which the address has a state; what it is, the figure reads by itself. */
function go_there() {
  const [id, state] = location.hash.slice(1).split("?");
  if (state !== undefined) document.getElementById(id)?.scrollIntoView();
}

document.addEventListener("DOMContentLoaded", async () => {
  await Promise.all(Array.from(document.querySelectorAll(".figure-place"), show));
  go_there();
  addEventListener("hashchange", go_there);
});
