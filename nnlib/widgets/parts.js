/**
 * What the interactive figures share: arrays from Python, parts of a page, and how a figure
 * starts, speaks and fails.
 */

import { DIGITS, predict } from "./network.js";

const ARRAYS = { uint8: Uint8Array, int16: Int16Array, float64: Float64Array };

/** Arrays as they were in Python, from what pack in figure.py made of them. */
export async function unpack(packed, name = "data") {
  if (packed === null || typeof packed !== "object") throw Error(`expected ${name}; found nothing`);
  if ("dtype" in packed) return sound(await array_of(packed, name), name);
  const parts = Object.entries(packed).map(async ([key, value]) => [key, await unpack(value, key)]);
  return Object.fromEntries(await Promise.all(parts));
}

async function array_of({ dtype, shape, bytes }, name) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(stream).arrayBuffer().catch(() => {
    throw Error(`expected the compressed numbers of ${name}; found damaged ones`);
  });
  const Kind = ARRAYS[dtype];
  const count = shape.reduce((a, b) => a * b, 1);
  if (!Kind || buffer.byteLength !== count * Kind.BYTES_PER_ELEMENT) {
    const expected = `${shape.join(" × ")} ${dtype} numbers`;
    throw Error(`expected ${expected} in ${name}; found ${buffer.byteLength} bytes`);
  }
  return new Kind(buffer);
}

/** The values, where none is a fault. */
function sound(values, name) {
  if (values instanceof Float64Array && !values.every(Number.isFinite)) {
    throw Error(`expected finite numbers in ${name}; found NaN or infinity`);
  }
  if (name.endsWith("labels") && values.some((label) => label >= DIGITS)) {
    throw Error("expected labels in 0..9; found others");
  }
  return values;
}

/** An id that no other part of the page has; each figure is a script of its own. */
export function new_id() {
  globalThis.nnlib_ids = (globalThis.nnlib_ids ?? 0) + 1;
  return `nnlib-${globalThis.nnlib_ids}`;
}

/** An element of the page: on... attributes are listeners, false and null ones are left out. */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** A div of a kind, to which the styles speak: box("row", ...) has the class nnlib-row. */
export function box(kind, ...children) {
  return element("div", { class: `nnlib-${kind}` }, ...children);
}

/** An element of a drawing in SVG, as `element` makes one of the page. */
export function shape(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  return filled(node, attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) {
      // Only what HTML itself has is true when it is there: aria-hidden="" would be false.
      node.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : value);
    }
  }
  node.append(...children);
  return node;
}

/** A number with a fixed count of decimals and a true minus sign, but none before a 0. */
export function fixed(value, decimals = 3) {
  const text = value.toFixed(decimals);
  return text.replace("-", Number(text) === 0 ? "" : "−");
}

export function button(text, onclick, attributes = {}) {
  return element("button", { type: "button", onclick, ...attributes }, text);
}

/** An input or select under its visible label, with .input for the control itself. */
export function labelled(text, input) {
  input.id ||= new_id();
  const label = element("label", { for: input.id }, text);
  const node = element("span", { class: "nnlib-field" }, label, input);
  node.input = input;
  return node;
}

/** A field for a whole number from 0 to its max: pick(number), or it is said what was expected. */
export function whole_number(text, pick, say) {
  const input = element("input", { type: "number", min: 0, required: true });
  input.addEventListener("change", () => {
    if (input.reportValidity()) pick(input.valueAsNumber);
    else say(`expected a number from 0 to ${input.max}`);
  });
  return labelled(text, input);
}

/** A list to choose from: options are pairs of a value and its text. */
export function choice(text, options, onchange) {
  const items = options.map(([value, shown]) => element("option", { value }, shown));
  return labelled(text, element("select", { onchange }, ...items));
}

/** A slider with its value written beside it by show(value); .set(value) moves it. */
export function slider(text, { min, max, step = 1, value, show = String }, oninput) {
  const output = element("output", { "aria-hidden": "true" });
  const input = element("input", { type: "range", min, max, step, value });
  const tell = () => {
    output.textContent = show(Number(input.value));
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => {
    tell();
    oninput(Number(input.value));
  });
  const node = labelled(text, input);
  node.append(output);
  node.set = (next) => {
    input.value = next;
    tell();
  };
  tell();
  return node;
}

const PAPER = [255, 255, 255];
const BLACK = [31, 41, 51];
const BLUE = [5, 72, 150];
const RED = [165, 15, 32];

const between = (from, to, part) =>
  from.map((level, k) => Math.round(level + (to[k] - level) * part));

/** The colour of ink: 0 is paper, 1 is black, as in the figures of the book. */
export function ink(value) {
  return between(PAPER, BLACK, Math.min(1, Math.max(0, value)));
}

/** The colour of a signed number: blue below 0, white at 0, red above, full at ± limit. */
export function signed(value, limit) {
  const part = Math.max(-1, Math.min(1, value / (limit || 1)));
  return between(PAPER, part < 0 ? BLUE : RED, Math.abs(part));
}

/** A picture of width × height cells in the colours color(value); .draw(values, color, text). */
export function picture(width = 28, height = 28, attributes = {}) {
  const usual = { width, height, role: "img", class: "nnlib-picture" };
  const canvas = element("canvas", { ...usual, ...attributes });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  canvas.draw = (values, color, text) => {
    for (let i = 0; i < width * height; i++) image.data.set([...color(values[i]), 255], 4 * i);
    context.putImageData(image, 0, 0);
    canvas.setAttribute("aria-label", text);
  };
  return canvas;
}

/** What the colours of `signed` stand for, or with "paper" those of `ink`: .draw(from, to). */
export function scale_of_colors(kind = "") {
  const ends = [element("span"), element("span")];
  const node = box("scale", ends[0], element("i", { class: kind && `nnlib-${kind}` }), ends[1]);
  const [low, high] = kind ? ["white", "black"] : ["blue", "red"];
  node.setAttribute("role", "img");
  node.draw = (...texts) => {
    texts.forEach((text, k) => {
      ends[k].textContent = text;
    });
    node.setAttribute("aria-label", `Colours from ${low}, ${texts[0]}, to ${high}, ${texts[1]}`);
  };
  return node;
}

/** The bar chart of the ten outputs; .draw(ya, label) with the label null where there is none. */
export function bars(title = "output values") {
  const columns = Array.from({ length: DIGITS }, (_, digit) => bar_of(digit));
  const node = box("bars", ...columns);
  node.setAttribute("role", "img");
  node.draw = (ya, label = null) => {
    const guess = predict(ya);
    columns.forEach((column, digit) => {
      column.draw(ya[digit], { guessed: digit === guess, label });
    });
    const shown = Array.from(ya, (value, digit) => `${digit}: ${fixed(value)}`).join(", ");
    node.setAttribute("aria-label", `Bar chart, ${title}. ${shown}`);
  };
  return node;
}

function bar_of(digit) {
  const value = element("span", { class: "nnlib-value" });
  const bar = element("span", { class: "nnlib-bar" }, value);
  const node = element("span", {}, bar, element("b", {}, String(digit)));
  node.draw = (output, { guessed, label }) => {
    const right = digit === label;
    bar.style.height = `${100 * output}%`;
    value.textContent = guessed || right ? fixed(output) : "";
    node.className = "nnlib-column";
    node.classList.toggle("nnlib-label", right);
    node.classList.toggle("nnlib-guess", guessed && label === null);
    node.classList.toggle("nnlib-good", guessed && right);
    node.classList.toggle("nnlib-bad", guessed && label !== null && !right);
  };
  return node;
}

/** A table under a head of texts: .draw(rows) fills it, the first cell of a row its heading. */
export function table_of(head) {
  const titles = head.map((text) => element("th", { scope: "col" }, text));
  const body = element("tbody");
  const node = element("table", {}, element("thead", {}, element("tr", {}, ...titles)), body);
  node.draw = (rows) => body.replaceChildren(...rows.map(row_of));
  return node;
}

function row_of([first, ...others]) {
  const cells = others.map((content) => element("td", {}, content));
  return element("tr", {}, element("th", { scope: "row" }, first), ...cells);
}

/** What may be wider than a phone, in a frame of this name that scrolls, by keyboard too. */
export function scrolling(name, part) {
  const attributes = { class: "nnlib-scroll", tabindex: 0, role: "group", "aria-label": name };
  return element("div", attributes, part);
}

/** The same as numbers, folded away: .draw(rows) as that of a table. */
export function folded_table(summary, head) {
  const table = table_of(head);
  const title = element("summary", {}, summary);
  const node = element("details", { class: "nnlib-folded" }, title, scrolling(summary, table));
  node.draw = table.draw;
  return node;
}

/** A text that changes, .show(text), in the room of its longest form: nothing below moves. */
export function note(longest, attributes = {}) {
  const text = element("span");
  const node = element("p", { class: "nnlib-note", "data-longest": longest, ...attributes }, text);
  node.show = (...shown) => text.replaceChildren(...shown);
  return node;
}

/**
 * A line that a screen reader speaks once the figure has come to rest: .say(text). While it starts,
 * it is silent.
 */
export function announcer() {
  const node = element("p", { role: "status", class: "nnlib-hidden" });
  let timer;
  node.say = (text) => {
    if (!node.closest("[data-ready]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      node.textContent = text;
    }, 300);
  };
  return node;
}

/** The verdict on a guess, a sign and a word: .draw(guess, label); before it .ask(question). */
export function verdict() {
  const node = element("p", { class: "nnlib-verdict" });
  node.ask = (text) => {
    node.textContent = text;
    node.className = "nnlib-verdict";
  };
  node.draw = (guess, label) => {
    node.textContent = guess === label ? "✓ CORRECT" : "✗ INCORRECT";
    node.className = `nnlib-verdict ${guess === label ? "nnlib-good" : "nnlib-bad"}`;
  };
  return node;
}

const LINKED = "The link is in the address bar.";
const COPIED = "The link is copied, and in the address bar.";

// What a link may say of a trait: functions of its text that give the value, or throw.

export const number_to =
  (most, least = 0) =>
  (text) => {
    if (/^\d+$/.test(text) && least <= text && text <= most) return Number(text);
    throw Error(`expected a whole number from ${least} to ${most}; found ${text}`);
  };

export const one_of =
  (...values) =>
  (text) => {
    const found = values.find((value) => String(value) === text);
    if (found !== undefined) return found;
    throw Error(`expected ${values.join(" or ")}; found ${text}`);
  };

export const number_from = (text) => (text.trim() ? Number(text) : Number.NaN);

export const list_of = (read) => (text) => (text ? text.split(",").map((part) => read(part)) : []);

const SCREEN = "screen"; // in an address, beside the traits: the figure over the whole page

/** The fragment that leads to the figure in a place, #place?trait=text&..., in its state. */
function fragment_of(place, state, get, large) {
  const pairs = Object.entries(state).map(([trait, { write = String }]) => {
    return `${trait}=${encodeURIComponent(write(get(trait))).replaceAll("%2C", ",")}`;
  });
  return `#${place}?${[...pairs, ...(large ? [SCREEN] : [])].join("&")}`;
}

/** What the address of the page asks of the figure in a place: traits and values, and large. */
function asked_of(place, state) {
  const [id, asked = ""] = location.hash.slice(1).split("?", 2);
  const wanted = new URLSearchParams(id === place ? asked : "");
  const large = wanted.has(SCREEN);
  wanted.delete(SCREEN);
  const traits = Array.from(wanted, ([trait, text]) => {
    if (Object.hasOwn(state, trait)) return [trait, state[trait](text)];
    throw Error(`expected ${[...Object.keys(state), SCREEN].join(", ")}; found ${trait}`);
  });
  return { traits, large };
}

/**
 * How large the figure is: .button fills the screen with it, and makes it small again; .cover(on)
 * does so with the window, which takes no press, and which Escape ends too.
 */
function size_of(root, say) {
  const cover = element("dialog", { class: "nnlib-cover" });
  const is_large = () => root.matches(":fullscreen, .nnlib-cover > *");
  const refuse = () => say("Here the browser does not allow it.");
  const make_small = () => (cover.open ? cover.close() : document.exitFullscreen());
  const node = button("enlarge", () => {
    if (is_large()) make_small();
    else root.requestFullscreen().catch(refuse);
  });
  node.hidden = !document.fullscreenEnabled;

  function changed() {
    root.classList.toggle("nnlib-large", is_large());
    node.textContent = is_large() ? "make small" : "enlarge";
    root.scrollIntoView({ block: "nearest" });
  }

  root.addEventListener("fullscreenchange", changed);
  cover.addEventListener("close", () => {
    cover.replaceWith(root);
    changed();
  });
  cover.ariaLabel = root.ariaLabel;
  return {
    button: node,
    is_large,
    cover(on) {
      if (on === cover.open) return;
      if (!on) return cover.close();
      root.replaceWith(cover);
      cover.append(root);
      cover.showModal();
      changed();
    },
  };
}

/** Takes the state that the address of the page asks for, now and whenever it changes. */
function follow_address(root, state, { take, cover, signal }) {
  const refusal = element("p", { role: "alert", hidden: true });
  root.prepend(refusal);

  function arrive() {
    refusal.hidden = true;
    try {
      const { traits, large } = asked_of(place_of_figure(root), state);
      if (traits.length) take(traits);
      cover(large);
    } catch ({ message }) {
      refusal.textContent = `The link asks for what is not here: ${message}. Nothing was changed.`;
      refusal.hidden = false;
    }
  }

  addEventListener("hashchange", arrive, { signal });
  arrive();
}

/** The id under which a page, not Jupyter, has the figure, and an address may lead to it. */
const place_of_figure = (root) => root.closest(".figure-place")?.id;

/**
 * The row below every figure: back to its first state, a link to this one, the figure alone on the
 * screen.
 */
function add_tools(root, state, { get, set, follow, signal }) {
  const place = place_of_figure(root);
  const first = Object.keys(state).map((trait) => [trait, get(trait)]);
  const said = note(COPIED, { "aria-live": "polite" });
  const size = size_of(root, said.show);
  const take = (values) => {
    for (const [trait, value] of values) set(trait, value);
    root.dispatchEvent(new Event("reset"));
  };

  function go_back() {
    take(first);
    said.show("Back at the start.");
  }

  async function link() {
    history.replaceState(null, "", fragment_of(place, state, get, size.is_large()));
    const copying = navigator.clipboard?.writeText(location.href) ?? Promise.reject();
    said.show(await copying.then(() => COPIED).catch(() => LINKED));
  }

  const links = place ? [button("link to this state", link)] : [];
  const back = button("back to the start", go_back);
  root.append(box("tools", back, ...links, size.button, said));
  for (const [trait] of first) follow(trait, () => said.show());
  if (place) follow_address(root, state, { take, cover: size.cover, signal });
}

/**
 * The hook of a widget, from a function build({root, get, set, follow, signal}) that fills the
 * root, whose class is nnlib-kind, and may be async. get(trait) is a trait's value, set(trait,
 * value) tells the kernel too, where there is one, follow(trait, callback) calls back when it
 * changes, and the signal is aborted when the figure is taken away. What build throws, host.js
 * says in the figure's place. What it gives is the state to which a link can lead: by the names of
 * its traits, in the order in which they are set, how each is read from a text, see number_to, and
 * written, if not by String. When they are set so, the root gets the event reset: what is not in
 * the state is as it was at first.
 */
export function figure(kind, name, build) {
  async function render({ model, el }) {
    const root = element("div", {
      class: `nnlib nnlib-${kind}`,
      role: "group",
      "aria-label": name,
    });
    root.addEventListener("focusin", keep_keys);
    const closed = new AbortController();
    const doors = { signal: closed.signal, ...doors_to(model, closed.signal) };
    el.append(root);
    try {
      add_tools(root, await build({ root, ...doors }), doors);
    } catch (error) {
      root.remove();
      throw error;
    }
    root.dataset.ready = "";
    return () => closed.abort();
  }
  return { render };
}

/** JupyterLab would take a slider's arrows as its own: it leaves keys to what says so. */
function keep_keys({ target }) {
  target.dataset.lmSuppressShortcuts = "";
}

function doors_to(model, signal) {
  return {
    get: (trait) => model.get(trait),
    set(trait, value) {
      model.set(trait, value);
      model.save_changes();
    },
    follow(trait, callback) {
      model.on(`change:${trait}`, callback);
      signal.addEventListener("abort", () => model.off(`change:${trait}`, callback));
    },
  };
}
