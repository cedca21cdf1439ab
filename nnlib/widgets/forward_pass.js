/** One image, every number: the network drawn, and two of its sums term by term. */

import { drawn_from, from_text, words_on_drawn } from "./drawn.js";
import { column_at, DIGITS, forward, PIXELS, predict, row_at, scale } from "./network.js";
import {
  announcer,
  box,
  button,
  element,
  figure,
  fixed,
  folded_table,
  ink,
  new_id,
  note,
  number_to,
  one_of,
  picture,
  scale_of_colors,
  scrolling,
  shape,
  signed,
  slider,
  table_of,
  unpack,
  verdict,
} from "./parts.js";

const SIDE = 28; // of the image
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -SIDE, ArrowDown: SIDE };
const PIXEL = ["pixel", "row", "column", "x", "weight", "product"];
const LONGEST = {
  pixel: "pixel 784: row 28, column 28",
  ink: "784 of 784 pixels have ink; the others give 0.",
  h: "h88 = sum of xi (W1)i,88 + (b1)88 =\u00a0−888.888\u00a0+\u00a088.888 = −888.888",
  ha: "(ha)88 = 1 / (1 + e−888.888) = 0.8888",
  y: "y8 = sum of (ha)j (W2)j,8 + (b2)8 =\u00a0−888.888\u00a0+\u00a088.888 = −888.888",
  ya: "(ya)8 = e−888.888 / sum of eyi =\u00a0888888.888\u00a0/\u00a0888888.888 = 0.8888",
};

function checked(data) {
  const { images, labels, W1, b1, W2 } = data;
  const [count, hidden] = [labels.length, b1.length];
  const sizes = [images.length, W1.length, W2.length];
  const expected = [PIXELS * count, PIXELS * hidden, DIGITS * hidden];
  if (sizes.some((size, k) => size !== expected[k])) {
    throw Error("expected numbers that fit each other; found others");
  }
  return data;
}

/** All numbers of the pass of an image: through hidden unit j, and to output k. */
function pass_of(data, { index, unit: j, output: k, drawn }) {
  const x = scale(drawn ? from_text(drawn) : row_at(data.images, index, PIXELS));
  const { h, ha, y, ya } = forward(x, data);
  const weights = column_at(data.W1, j, data.b1.length);
  const products = x.map((value, i) => value * weights[i]);
  const terms = ha.map((value, i) => value * data.W2[i * DIGITS + k]);
  const label = drawn ? null : data.labels[index];
  const seen = { index, j, k, drawn, label, guess: predict(ya) };
  return { ...seen, ...data, x, h, ha, y, ya, weights, products, terms };
}

const largest_of = (values) => Math.max(...values.map(Math.abs)) || 1;

function about_pixel({ x, weights, products }, i) {
  return [i, Math.floor(i / SIDE), i % SIDE, ...[x, weights, products].map((one) => fixed(one[i]))];
}

function words_on_pixel([i, row, column, x, weight, product]) {
  return `Pixel ${i}, row ${row}, column ${column}: x · weight = ${x} · ${weight} = ${product}`;
}

/** A letter of the book with its places, in the colour of its layer: W and b have none. */
function symbol(letter, place, lower = "") {
  const name = element(lower || /[Wb]/.test(letter) ? "b" : "var", {}, letter);
  const whole = lower ? ["(", name, element("sub", {}, lower), ")"] : [name];
  return element("span", { class: `nnlib-${letter}` }, ...whole, element("sub", {}, place));
}

const power_of_e = (...above) => [element("var", {}, "e"), element("sup", {}, ...above)];
const strong = (value) => element("b", {}, fixed(value));
/** A text that is not broken at its spaces. */
const whole = (text) => text.replaceAll(" ", "\u00a0");
const sum_with = (bias, total) =>
  whole(`= ${fixed(total - bias)} + ${fixed(bias)}`.replace("+ −", "− "));

/** What a formula shows of a pass, by the equation's name. */
const FORMULAS = {
  h: ({ j, h, b1 }) => [
    ...[symbol("h", j), " = sum of ", symbol("x", "i"), " ", symbol("W", `i,${j}`, 1)],
    ...[" + ", symbol("b", j, 1), ` ${sum_with(b1[j], h[j])} = `, strong(h[j])],
  ],
  ha: ({ j, h, ha }) => [
    ...[symbol("h", j, "a"), " = 1 / (1 + ", ...power_of_e(fixed(-h[j])), ") = ", strong(ha[j])],
  ],
  y: ({ k, y, b2 }) => [
    ...[symbol("y", k), " = sum of ", symbol("h", "j", "a"), " ", symbol("W", `j,${k}`, 2)],
    ...[" + ", symbol("b", k, 2), ` ${sum_with(b2[k], y[k])} = `, strong(y[k])],
  ],
  ya: ({ k, y, ya }) => {
    const e = y.map(Math.exp);
    const quotient = whole(`= ${fixed(e[k])} / ${fixed(e.reduce((a, b) => a + b))}`);
    const sum = [...power_of_e(fixed(y[k])), " / sum of ", ...power_of_e(symbol("y", "i"))];
    return [symbol("y", k, "a"), " = ", ...sum, ` ${quotient} = `, strong(ya[k])];
  },
};

function formula(name) {
  const text = note(LONGEST[name]);
  const node = box("formula", text, element("code", {}, `eq-${name}`));
  node.draw = (pass) => text.show(...FORMULAS[name](pass));
  return node;
}

/** A layer of the network, one of which can be chosen; .draw(chosen, lit, more) lights them up:
 * from 0 to 1, and a further text of each. */
function layer(kind, name, title, length, pick) {
  const group = new_id();
  const nodes = Array.from({ length }, (_, i) => node_of(group, i));
  const head = element("span", { class: "nnlib-over" }, ...title);
  const node = box(kind, head, ...nodes);
  node.setAttribute("role", "radiogroup");
  node.setAttribute("aria-label", name);
  node.addEventListener("change", ({ target }) => pick(Number(target.value)));
  node.draw = (chosen, lit, more) => {
    nodes.forEach((one, i) => {
      one.draw(i === chosen, lit[i], more?.[i]);
    });
  };
  return Object.assign(node, { nodes });
}

function node_of(name, value) {
  const input = element("input", { type: "radio", name, value });
  const [lamp, shown, more] = ["i", "span", "small"].map((tag) => element(tag));
  const node = element("label", {}, input, element("span", {}, String(value)), lamp, shown, more);
  node.draw = (chosen, lit, text) => {
    input.checked = chosen;
    lamp.style.setProperty("--lit", lit);
    shown.textContent = ` ${fixed(lit)}`;
    more.textContent = text === undefined ? "" : ` ${fixed(text)}`;
  };
  return node;
}

/** A picture under its title and above its scale, with a mark; .draw as that of the picture. */
function framed(kind, canvas, low) {
  const title = element("figcaption");
  const bar = scale_of_colors(low ? "" : "paper");
  const frame = box("frame", canvas, element("i"));
  const node = element("figure", { class: `nnlib-${kind}` }, title, frame, bar);
  node.draw = (name, limit, ...shown) => {
    title.replaceChildren(...name);
    bar.draw(fixed(low * limit, low && 2), fixed(limit, low && 2));
    canvas.draw(...shown);
  };
  return node;
}

const titled = (word, ...symbols) => [word, element("br"), ...symbols];

/** What the lines between the layers mean. */
function rules() {
  const values = [symbol("x", "i"), " or ", symbol("h", "j", "a")];
  const lines = "Lines are weights: red ones raise the sum, blue ones lower it; thicker is larger.";
  return element("p", {}, `${lines} The more of `, ...values, " comes through, the stronger.");
}

/** The drawing: the image and its products, the image as a row, the units, the outputs, lines. */
function network_of(hidden, pick) {
  const map = picture(SIDE, SIDE, { role: "application", tabindex: 0 });
  const unit = titled("units", symbol("h", "j", "a"));
  const output = titled("outputs", symbol("y", "k", "a"), ", ", symbol("y", "k"));
  const drawing = {
    map,
    paper: framed("paper", picture(SIDE, SIDE), 0),
    products: framed("products", map, -1),
    row: picture(1, PIXELS, { class: "nnlib-strip", "aria-hidden": true }),
    place: note(LONGEST.pixel),
    numbers: box("numbers"),
    units: layer("hidden-layer", "hidden unit", unit, hidden, (j) => pick("unit", j)),
    outputs: layer("output-layer", "output", output, DIGITS, (k) => pick("output", k)),
    lines: shape("svg", { "aria-hidden": "true" }),
    ray: shape("polyline", { class: "nnlib-ray" }),
  };
  const readout = box("readout", drawing.place, drawing.numbers);
  const inputs = box("inputs", drawing.paper, drawing.products, readout, rules());
  const layers = [inputs, drawing.row, drawing.units, drawing.outputs];
  drawing.node = box("network", drawing.lines, ...layers);
  return drawing;
}

/** Where the lines begin and end, in the drawing as it stands on the page. */
function places_in({ node, paper, row, units, outputs }) {
  const corner = node.getBoundingClientRect();
  const of = (one) => {
    const { left, right, top, height } = one.getBoundingClientRect();
    const middle = top + height / 2 - corner.top;
    const [start, end] = [left - corner.left, right - corner.left];
    return { into: [start, middle], out: [end, middle], top: top - corner.top, height };
  };
  const [image, strip] = [of(paper.querySelector("canvas")), of(row)];
  const side = image.height / SIDE;
  const across = (i) => image.into[0] + ((i % SIDE) + 0.5) * side;
  return {
    pixel: (i) => [across(i), image.top + (Math.floor(i / SIDE) + 0.5) * side],
    entry: (i) => [strip.out[0], strip.top + ((i + 0.5) / PIXELS) * strip.height],
    units: units.nodes.map(of),
    outputs: outputs.nodes.map(of),
  };
}

/** A line from a to b: how thick, in parts of the largest weight, and how strong. */
function line([x1, y1], [x2, y2], weight, part) {
  const style = `stroke-width: ${0.5 + 3 * Math.abs(weight)}px; opacity: ${part}`;
  return shape("line", { x1, y1, x2, y2, style, class: `nnlib-${weight < 0 ? "minus" : "plus"}` });
}

function draw_lines(drawing, { j, k, x, ha, weights, W2 }) {
  const { entry, units, outputs } = places_in(drawing);
  const rows = Array.from({ length: SIDE }, (_, r) => entry(SIDE * (r + 0.5)));
  const thin = units.flatMap(({ into, out }) => [
    ...rows.map((start) => [start, into]),
    ...outputs.map((output) => [out, output.into]),
  ]);
  const faint = shape("path", { d: thin.map(([a, b]) => `M${a}L${b}`).join("") });
  const [most, widest] = [largest_of(weights), largest_of(W2)];
  const inked = [...x.keys()].filter((i) => x[i] > 0);
  const rays = inked.map((i) => line(entry(i), units[j].into, weights[i] / most / 2, 0.8 * x[i]));
  const between = (a, b, light) =>
    line(units[a].out, outputs[b].into, W2[a * DIGITS + b] / widest, 0.15 + light * ha[a]);
  const others = outputs.map((_, b) => between(j, b, 0.35));
  const sum = units.map((_, a) => between(a, k, 0.85));
  drawing.lines.replaceChildren(faint, ...rays, ...others, ...sum, drawing.ray);
}

/** Marks the pixel that is read, and its way to the unit. */
function mark(drawing, j, [i, row, column, x, weight, product]) {
  const { pixel, entry, units } = places_in(drawing);
  drawing.ray.setAttribute("points", [pixel(i), entry(i), units[j].into].join(" "));
  drawing.node.style.setProperty("--row", row);
  drawing.node.style.setProperty("--column", column);
  drawing.place.show(`pixel ${i}: row ${row}, column ${column}`);
  const number = (value, ...name) => box("number", element("span", {}, ...name), value);
  drawing.numbers.replaceChildren(
    number(x, symbol("x", "i")),
    number(weight, "× ", symbol("W", "ij", 1)),
    number(product, "= "),
  );
}

/** The terms of the sum of an output: a row for each unit, with the weight and a bar. */
function terms_table() {
  const head = ["j", symbol("h", "j"), symbol("h", "j", "a"), symbol("W", "jk", 2), "term"];
  const table = table_of(head);
  const title = element("p", { class: "nnlib-over" });
  const node = box("terms", title, scrolling("The terms", table));
  node.draw = ({ j, k, h, ha, W2, terms }) => {
    const longest = largest_of(terms);
    title.replaceChildren("The terms of ", symbol("y", k));
    const wide = (text) => element("span", { class: "nnlib-wide" }, text);
    const with_bar = (term) =>
      element(
        "span",
        {},
        "= ",
        wide(fixed(term)),
        element("i", { style: `--part: ${term / longest}` }),
      );
    table.draw(
      Array.from(terms, (term, i) => {
        const weight = element("span", {}, "× ", wide(fixed(W2[i * DIGITS + k])));
        return [String(i), wide(fixed(h[i])), fixed(ha[i]), weight, with_bar(term)];
      }),
    );
    table.tBodies[0].rows[j].className = "nnlib-chosen";
  };
  return node;
}

function lay_out(root, { count, hidden, pick, turn, follow }) {
  const range = { min: 0, max: count - 1, value: 0 };
  const check = element("input", { type: "checkbox", onchange: () => follow(check.checked) });
  const view = {
    number: slider("image number", range, (i) => pick("index", i)),
    check,
    aim: element("span"),
    result: verdict(),
    own: box("own"),
    drawing: network_of(hidden, pick),
    ink: note(LONGEST.ink),
    formulas: Object.keys(FORMULAS).map(formula),
    terms: terms_table(),
    largest: folded_table("The largest products", PIXEL),
    voice: announcer(),
  };
  const remark = element("p", {}, "Each number is rounded by itself, sums too.");
  const buttons = [button("‹ previous", () => turn(-1)), button("next ›", () => turn(1))];
  root.append(
    box("row", view.number, ...buttons, element("label", {}, check, view.aim)),
    ...[view.result, view.own, view.drawing.node],
    box("sums", box("formulas", view.ink, ...view.formulas, remark), view.terms),
    ...[view.largest, view.voice],
  );
  return view;
}

function draw_pass(view, pass) {
  const { index, j, k, drawn, label, guess, x, ha, y, ya, products } = pass;
  const { paper, products: square, units, outputs } = view.drawing;
  const limit = largest_of(products);
  view.number.set(index);
  view.aim.textContent = `output follows the ${drawn ? "guess" : "label"}`;
  if (drawn) view.result.ask(`Your digit: guess ${guess}`);
  else {
    view.result.draw(guess, label);
    view.result.append(`: label ${label}, guess ${guess}`);
  }
  const image = drawn ? "Your digit" : `A handwritten ${label}`;
  paper.draw(["pixels ", symbol("x", "i")], 1, x, ink, image);
  view.drawing.row.draw(x, ink, image);
  const name = `Products of unit ${j}; arrow keys move`;
  const factors = titled("products", symbol("x", "i"), " ", symbol("W", `i,${j}`, 1));
  square.draw(factors, limit, products, (value) => signed(value, limit), name);
  units.draw(j, ha);
  outputs.draw(k, ya, y);
  view.ink.show(`${x.filter(Boolean).length} of ${PIXELS} pixels have ink; the others give 0.`);
  for (const one of [...view.formulas, view.terms]) one.draw(pass);
  draw_lines(view.drawing, pass);
}

function words_on_pass({ result }, { j, k, ha, ya }) {
  return `${result.textContent}, unit ${j}: ${fixed(ha[j])}, output ${k}: ${fixed(ya[k])}`;
}

function redraw_when_resized(node, signal, redraw) {
  const observer = new ResizeObserver(redraw);
  observer.observe(node);
  signal.addEventListener("abort", () => observer.disconnect());
}

function by_size(products) {
  return [...products.keys()].sort((a, b) => products[b] - products[a]);
}

/** Calls move(pixel) with the one under the pointer, and step(by) for an arrow key. */
function point_with(map, move, step) {
  const inside = (offset) => {
    return Math.max(0, Math.min(SIDE - 1, Math.floor((SIDE * offset) / map.clientWidth)));
  };
  const read = ({ offsetX, offsetY }) => move(SIDE * inside(offsetY) + inside(offsetX));
  map.addEventListener("pointermove", read);
  map.addEventListener("pointerdown", read);
  map.addEventListener("keydown", (event) => {
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    step(STEPS[event.key]);
  });
}

/** What the controls do: each sets traits. */
function controls({ get, set }, count, aim) {
  const show = (index) => {
    set("drawn", ""); // an image of the book instead
    set("index", index);
  };
  return {
    pick(name, value) {
      if (name === "output") set("follow", get("follow") && value === aim());
      if (name === "index") show(value);
      else set(name, value);
    },
    turn: (step) => show((get("index") + step + count) % count),
    follow: (on) => set("follow", on),
    back: () => set("drawn", ""),
  };
}

/** What a link says of the state. */
function linked(count, hidden) {
  return {
    drawn: drawn_from,
    follow: one_of(true, false),
    index: number_to(count - 1),
    unit: number_to(hidden - 1),
    output: number_to(DIGITS - 1),
  };
}

const TRAITS = ["drawn", "index", "unit", "output", "follow"];

async function build_forward_pass({ root, get, set, follow, signal }) {
  const data = checked(await unpack(get("_data")));
  const [count, hidden] = [data.labels.length, data.b1.length];
  const aim = () => pass.label ?? pass.guess;
  const does = controls({ get, set }, count, aim);
  const view = lay_out(root, { count, hidden, ...does });
  let pass;
  let pixel;

  function point(to) {
    if (to >= 0 && to < PIXELS) pixel = to;
    mark(view.drawing, pass.j, about_pixel(pass, pixel));
  }

  function draw() {
    pass = pass_of(data, Object.fromEntries(TRAITS.map((name) => [name, get(name)])));
    if (get("follow") && get("output") !== aim()) return set("output", aim()); // which draws
    const order = by_size(pass.products);
    view.check.checked = get("follow");
    const own = pass.drawn ? words_on_drawn("forward-pass", pass.drawn, does.back) : [];
    view.own.replaceChildren(...own);
    draw_pass(view, pass);
    point(pixel ?? order[0]);
    const ends = [...order.slice(0, 10), ...order.slice(-10)];
    view.largest.draw(ends.map((i) => about_pixel(pass, i)));
    view.voice.say(words_on_pass(view, pass));
  }

  point_with(view.drawing.map, point, (by) => {
    point(pixel + by);
    view.voice.say(words_on_pixel(about_pixel(pass, pixel)));
  });
  for (const name of TRAITS) follow(name, draw);
  draw();
  redraw_when_resized(view.drawing.node, signal, () => {
    draw_lines(view.drawing, pass);
    point(pixel);
  });
  root.addEventListener("reset", () => {
    pixel = undefined;
    draw();
  });
  return linked(count, hidden);
}

export default figure("forward-pass", "One image, every number", build_forward_pass);
