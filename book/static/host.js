/**
 * Starts the interactive figures of a page that has no kernel: reads the state that the build
 * stored in the page, and gives each widget the model that Jupyter would give it.
 */
(() => {
  const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';

  class Model {
    constructor({ state, buffers = [] }) {
      this.state = structuredClone(state);
      this.listeners = {};
      for (const { path, data } of buffers) {
        const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
        const inner = path.slice(0, -1).reduce((part, key) => part[key], this.state);
        inner[path.at(-1)] = new DataView(bytes.buffer);
      }
    }
    get(name) {
      return this.state[name];
    }
    set(name, value) {
      if (this.state[name] === value) return;
      this.state[name] = value;
      for (const callback of this.listeners[`change:${name}`] ?? []) callback();
    }
    on(event, callback) {
      this.listeners[event] = [...(this.listeners[event] ?? []), callback];
    }
    off(event, callback) {
      this.listeners[event] = (this.listeners[event] ?? []).filter((one) => one !== callback);
    }
    save_changes() {}
  }

  let states; // of all figures of the page

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

  async function start(place, el) {
    const model = new Model(state_of(place.dataset.model));
    const style = document.createElement("style");
    style.textContent = model.get("_css");
    el.append(style);
    const address = URL.createObjectURL(new Blob([model.get("_esm")], { type: "text/javascript" }));
    const { default: widget } = await import(address).finally(() => URL.revokeObjectURL(address));
    await widget.render({ model, el });
  }

  function complain(el, { message }) {
    const line = document.createElement("p");
    line.setAttribute("role", "alert");
    line.textContent = `This figure cannot start: ${message}. `;
    line.append("The rest of the page works without it.");
    el.append(line);
  }

  async function show(place) {
    const el = document.createElement("div");
    place.prepend(el);
    try {
      await start(place, el);
      place.querySelector(".figure-still").hidden = true;
    } catch (error) {
      complain(el, error);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const place of document.querySelectorAll(".figure-place")) show(place);
  });
})();
