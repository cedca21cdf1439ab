/**
 * What the interactive figures share: arrays from Python, parts of a page, and how a figure
 * starts, speaks and fails. Joined with network.js and a figure's own file into one module.
 */

const ARRAYS = { uint8: Uint8Array, int16: Int16Array, float64: Float64Array };

/** An id that no other part of the page has: each figure is a module of its own, so a global counts. */
const new_id = () => `nnlib-${(globalThis.nnlib_ids = (globalThis.nnlib_ids ?? 0) + 1)}`;

/** Arrays as they were in Python, from what pack in figure.py made of them. */
export async function unpack(packed, name = "data") {
  if (packed === null || typeof packed !== "object") throw Error(`expected ${name}; found nothing`);
  if (!("dtype" in packed)) {
    const parts = Object.entries(packed).map(async ([key, value]) => [key, await unpack(value, key)]);
    return Object.fromEntries(await Promise.all(parts));
  }
  const stream = new Blob([packed.bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = await new Response(stream).arrayBuffer().catch(() => {
    throw Error(`expected the compressed numbers of ${name}; found damaged ones`);
  });
  const Kind = ARRAYS[packed.dtype], count = packed.shape.reduce((a, b) => a * b, 1);
  if (!Kind || bytes.byteLength !== count * Kind.BYTES_PER_ELEMENT) {
    throw Error(`expected ${packed.shape.join(" × ")} ${packed.dtype} numbers in ${name}; ` +
      `found ${bytes.byteLength} bytes`);
  }
  const values = new Kind(bytes);
  if (Kind === Float64Array && !values.every(Number.isFinite)) {
    throw Error(`expected finite numbers in ${name}; found NaN or infinity`);
  }
  if (name.endsWith("labels") && values.some((label) => label >= DIGITS)) {
    throw Error("expected labels in 0..9; found others");
  }
  return values;
}

/** An element of the page: on... attributes are listeners, false and null ones are left out. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/** A number with a fixed count of decimals and a true minus sign. */
export function fixed(value, decimals = 3) {
  return value.toFixed(decimals).replace("-", "−");
}

/** A button; its text is its name. */
export function button(text, onclick, attributes = {}) {
  return element("button", { type: "button", onclick, ...attributes }, text);
}

/** An input or select under its visible label, with .input for the control itself. */
export function labelled(text, input) {
  input.id ||= new_id();
  const node = element("span", { class: "nnlib-field" }, element("label", { for: input.id }, text), input);
  node.input = input;
  return node;
}

/** A list to choose from: options are pairs of a value and its text. */
export function choice(text, options, onchange) {
  const items = options.map(([value, shown]) => element("option", { value }, shown));
  return labelled(text, element("select", { onchange }, ...items));
}

/** A slider with its value written beside it by show(value). */
export function slider(text, { min, max, step = 1, value, show = String }, oninput) {
  const output = element("output", { "aria-hidden": "true" });
  const input = element("input", { type: "range", min, max, step, value });
  const tell = () => {
    output.textContent = show(Number(input.value));
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => { tell(); oninput(Number(input.value)); });
  const node = labelled(text, input);
  node.append(output);
  node.set = (next) => { input.value = next; tell(); };
  tell();
  return node;
}

/** The colour of ink: 0 is paper, 1 is black, as in the figures of the book. */
export function ink(value) {
  const level = (paper, black) => Math.round(paper + (black - paper) * Math.min(1, Math.max(0, value)));
  return [level(255, 31), level(255, 41), level(255, 51)];
}

/** The colour of a signed number: blue below 0, white at 0, red above, full at ± limit. */
export function signed(value, limit) {
  const part = Math.max(-1, Math.min(1, value / (limit || 1))), strong = part < 0 ? [5, 72, 150] : [165, 15, 32];
  return strong.map((level) => Math.round(255 + (level - 255) * Math.abs(part)));
}

/** A picture of width × height cells, each coloured by color(value); .draw(values, color, text). */
export function picture(width = 28, height = 28, attributes = {}) {
  const canvas = element("canvas", { width, height, role: "img", class: "nnlib-picture", ...attributes });
  const context = canvas.getContext("2d"), image = context.createImageData(width, height);
  canvas.draw = (values, color, text) => {
    for (let i = 0; i < width * height; i++) image.data.set([...color(values[i]), 255], 4 * i);
    context.putImageData(image, 0, 0);
    canvas.setAttribute("aria-label", text);
  };
  return canvas;
}

/** The bar chart of the ten outputs; .draw(ya, label) with the label null where there is none. */
export function bars(title = "output values") {
  const columns = Array.from({ length: 10 }, (_, digit) => {
    const value = element("span", { class: "nnlib-value" }), bar = element("span", { class: "nnlib-bar" }, value);
    return { value, bar, node: element("span", { class: "nnlib-column" }, bar, element("b", {}, String(digit))) };
  });
  const node = element("div", { class: "nnlib-bars", role: "img" }, ...columns.map((column) => column.node));
  node.draw = (ya, label = null) => {
    const guess = predict(ya);
    columns.forEach(({ value, bar, node: column }, digit) => {
      bar.style.height = `${100 * ya[digit]}%`;
      value.textContent = digit === guess || digit === label ? fixed(ya[digit]) : "";
      column.className = "nnlib-column" + (digit === label ? " nnlib-label" : "");
      if (digit === guess) column.classList.add(label === null ? "nnlib-guess" : guess === label ? "nnlib-good" : "nnlib-bad");
    });
    const shown = Array.from(ya, (value, digit) => `${digit}: ${fixed(value)}`).join(", ");
    node.setAttribute("aria-label", `Bar chart, ${title}. ${shown}`);
  };
  return node;
}

/** The incoming weights of each hidden unit as an image, 4 × 4 of them; .draw(W1, text(j)). */
export function weight_images(hidden = 16) {
  const images = Array.from({ length: hidden }, () => picture());
  const node = element("div", { class: "nnlib-units" }, ...images);
  node.draw = (W1, text) => {
    let limit = 0;
    for (const value of W1) limit = Math.max(limit, Math.abs(value));
    images.forEach((image, j) => {
      const weights = Array.from({ length: PIXELS }, (_, i) => W1[i * hidden + j]);
      image.draw(weights, (value) => signed(value, limit / 2), text(j));
    });
  };
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

function shape(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/**
 * A line chart. An axis is {label, min, max, ticks, log, show}: its ends, the values with a mark,
 * whether it is logarithmic, and how a mark is written. .draw(series, text, marker) with series
 * {name, points: [[x, y], ...]}; what lies outside the axes is cut off.
 */
export function line_chart(x_axis, y_axis) {
  const left = 46, right = 350, top = 12, bottom = 176, cut = new_id();
  const node = shape("svg", { viewBox: "0 0 360 216", role: "img", class: "nnlib-chart" });
  const place = ({ min, max, log }, value, from, to) => {
    const f = log ? Math.log10 : Number;
    return from + ((f(value) - f(min)) / (f(max) - f(min))) * (to - from);
  };
  const x = (value) => place(x_axis, value, left, right), y = (value) => place(y_axis, value, bottom, top);
  const write = (x, y, text, anchor = "middle", kind = "") =>
    shape("text", { x, y, "text-anchor": anchor, class: kind }, text);
  node.draw = (series, text, marker = null) => {
    node.setAttribute("aria-label", text);
    node.replaceChildren(
      shape("clipPath", { id: cut }, shape("rect", { x: left, y: top - 4, width: right - left + 4, height: bottom - top + 8 })),
      ...y_axis.ticks.flatMap((tick) => [
        shape("line", { x1: left, x2: right, y1: y(tick), y2: y(tick), class: "nnlib-grid" }),
        write(left - 5, y(tick) + 4, y_axis.show?.(tick) ?? tick, "end"),
      ]),
      ...x_axis.ticks.map((tick) => write(x(tick), bottom + 15, x_axis.show?.(tick) ?? tick)),
      write((left + right) / 2, bottom + 32, x_axis.label),
      write(4, 10, y_axis.label, "start"),
      shape("line", { x1: left, x2: right, y1: bottom, y2: bottom, class: "nnlib-axis" }),
      ...series.flatMap(({ name, points }, k) => {
        const places = points.map(([a, b]) => [x(a), y(b)]), [end_x, end_y] = places.at(-1);
        return [
          shape("polyline", { points: places.join(" "), class: `nnlib-line nnlib-line-${k}`, "clip-path": `url(#${cut})` }),
          write(end_x - 4, Math.max(top + 8, end_y - 7), name, "end", `nnlib-name-${k}`),
        ];
      }),
      ...(marker ? [shape("circle", { cx: x(marker[0]), cy: y(marker[1]), r: 5, class: "nnlib-marker" })] : []),
    );
  };
  return node;
}

/** The same as numbers, folded away: .draw(rows) fills the rows of cells under the head. */
export function twin(summary, head) {
  const body = element("tbody");
  const cells = head.map((text) => element("th", { scope: "col" }, text));
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...cells)), body);
  const node = element("details", { class: "nnlib-twin" }, element("summary", {}, summary),
    element("div", { class: "nnlib-scroll", tabindex: "0", role: "group", "aria-label": summary }, table));
  node.draw = (rows) => body.replaceChildren(...rows.map(([first, ...others]) =>
    element("tr", {}, element("th", { scope: "row" }, first), ...others.map((text) => element("td", {}, text)))));
  return node;
}

/** A line that a screen reader speaks once the figure has come to rest: .say(text). */
export function announcer() {
  const node = element("p", { role: "status", class: "nnlib-hidden" });
  let timer;
  node.say = (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => (node.textContent = text), 300);
  };
  return node;
}

/** The verdict on a guess: a sign and a word, never a colour alone; .draw(guess, label). */
export function verdict() {
  const node = element("p", { class: "nnlib-verdict" });
  node.draw = (guess, label) => {
    node.textContent = guess === label ? "✓ CORRECT" : "✗ INCORRECT";
    node.className = `nnlib-verdict ${guess === label ? "nnlib-good" : "nnlib-bad"}`;
  };
  return node;
}

/**
 * The two hooks of a widget, from a function build(root, model, signal, set) that fills the root
 * and may be async. The signal is aborted when the figure is taken away; set(trait, value) tells
 * the kernel, where there is one. What build throws, figures.js says in the figure's place.
 * JupyterLab leaves keys to what has the focus here: it would take a slider's arrows as its own.
 */
export function figure(name, build) {
  async function render({ model, el }) {
    const root = element("div", {
      class: "nnlib", role: "group", "aria-label": name,
      onfocusin: (e) => { e.target.dataset.lmSuppressShortcuts = ""; },
    });
    const closed = new AbortController();
    const set = (trait, value) => {
      model.set(trait, value);
      model.save_changes();
    };
    el.append(root);
    try {
      await build(root, model, closed.signal, set);
    } catch (error) {
      root.remove();
      throw error;
    }
    root.dataset.ready = "";
    return () => closed.abort();
  }
  return { render };
}

/** Calls back when a trait changes, until the figure is taken away. */
export function follow(model, name, signal, callback) {
  model.on(`change:${name}`, callback);
  signal.addEventListener("abort", () => model.off(`change:${name}`, callback));
}
