/**
 * Starts the interactive figures of a page that has no kernel: reads the state that the build
 * stored in the page, and gives each widget the model that Jupyter would give it.
 */
(() => {
  "use strict";

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
      (this.listeners[event] ??= []).push(callback);
    }
    off(event, callback) {
      this.listeners[event] = (this.listeners[event] ?? []).filter((one) => one !== callback);
    }
    save_changes() {}
  }

  function states() {
    const script = document.querySelector(STATE);
    try {
      return JSON.parse(script.textContent).state;
    } catch {
      throw Error(`expected the figure's data in the page; found ${script ? "damaged data" : "none"}`);
    }
  }

  async function start(place, el) {
    const stored = states()[place.dataset.model];
    if (!stored) throw Error("expected the figure's data in the page; found that of others only");
    const model = new Model(stored), css = model.get("_css");
    if (css) el.append(Object.assign(document.createElement("style"), { textContent: css }));
    const address = URL.createObjectURL(new Blob([model.get("_esm")], { type: "text/javascript" }));
    const { default: widget } = await import(address).finally(() => URL.revokeObjectURL(address));
    await widget.render({ model, el });
  }

  async function show(place) {
    const el = document.createElement("div");
    place.prepend(el);
    try {
      await start(place, el);
    } catch (error) {
      const message = document.createElement("p");
      message.setAttribute("role", "alert");
      message.textContent =
        `This figure cannot start: ${error.message}. The rest of the page works without it.`;
      el.append(message);
      return;
    }
    place.querySelector(".figure-still").hidden = true;
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const place of document.querySelectorAll(".figure-place")) show(place);
  });
})();
