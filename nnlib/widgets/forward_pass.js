/** One image, every number: the sums of one hidden unit and of one output, term by term. */

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
  picture,
  signed,
  slider,
  table_of,
  unpack,
  verdict,
} from "./parts.js";

const SIDE = 28; // of the image
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -SIDE, ArrowDown: SIDE };
const CHOICES = ["index", "unit", "output"];
const UNIT = { unit: "unit", h: "h", ha: "ha", weight: "weight", term: "term" };
const OUTPUT = { digit: "digit", y: "y", ya: "ya" };
const BARS = ["ha", "term", "ya"];
const PIXEL = ["pixel", "row", "column", "x", "weight", "product"];
const LONGEST = {
  pixel: "Pixel 784, row 28, column 28: x · weight = 0.888 · −88.888 = −88.888",
  ink: "784 of 784 pixels have ink; the others give 0.",
  h: "h88 = sum of xi W1i,88 + b188 = −888.888 + 88.888 = −888.888",
  ha: "ha88 = 1 / (1 + e−888.888) = 0.8888",
  y: "y8 = sum of the terms + b28 = −888.888 + 88.888 = −888.888",
  ya: "ya8 = e−888.888 / sum = 888888.888 / 888888.888 = 0.8888",
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
function pass_of(data, index, j, k) {
  const x = scale(row_at(data.images, index, PIXELS));
  const { h, ha, y, ya } = forward(x, data);
  const weights = column_at(data.W1, j, data.b1.length);
  const outgoing = column_at(data.W2, k, DIGITS);
  const products = x.map((value, i) => value * weights[i]);
  const terms = ha.map((value, i) => value * outgoing[i]);
  const biases = { b1: data.b1[j], b2: data.b2[k] };
  const seen = { index, j, k, label: data.labels[index], guess: predict(ya) };
  return { ...seen, ...biases, x, h, ha, y, ya, weights, outgoing, products, terms };
}

const largest_of = (values) => Math.max(...values.map(Math.abs));

function about_pixel({ x, weights, products }, i) {
  return [i, Math.floor(i / SIDE), i % SIDE, ...[x, weights, products].map((one) => fixed(one[i]))];
}

function words_on_pixel([i, row, column, x, weight, product]) {
  return `Pixel ${i}, row ${row}, column ${column}: x · weight = ${x} · ${weight} = ${product}`;
}

const symbol = (name, place) => [element("var", {}, name), element("sub", {}, place)];
const power_of_e = (value) => [element("var", {}, "e"), element("sup", {}, fixed(value))];
const strong = (value) => element("b", {}, fixed(value));
const sum_with = (bias, total) => `${fixed(total - bias)} + ${fixed(bias)}`.replace("+ −", "− ");

/** What a formula shows of a pass, by the equation's name. */
const FORMULAS = {
  h: ({ j, h, b1 }) => [
    ...[...symbol("h", j), " = sum of ", ...symbol("x", "i"), " ", ...symbol("W1", `i,${j}`)],
    ...[" + ", ...symbol("b1", j), ` = ${sum_with(b1, h[j])} = `, strong(h[j])],
  ],
  ha: ({ j, h, ha }) => [
    ...[...symbol("ha", j), " = 1 / (1 + ", ...power_of_e(-h[j]), ") = ", strong(ha[j])],
  ],
  y: ({ k, y, b2 }) => [
    ...[...symbol("y", k), " = sum of the terms + ", ...symbol("b2", k)],
    ...[` = ${sum_with(b2, y[k])} = `, strong(y[k])],
  ],
  ya: ({ k, y, ya }) => {
    const e = y.map(Math.exp);
    const quotient = `${fixed(e[k])} / ${fixed(e.reduce((a, b) => a + b))}`;
    const sum = [...power_of_e(y[k]), ` / sum = ${quotient} = `, strong(ya[k])];
    return [...symbol("ya", k), " = ", ...sum];
  },
};

function formula(name) {
  const text = note(LONGEST[name]);
  const node = box("formula", text, element("code", {}, `eq-${name}`));
  node.draw = (pass) => text.show(...FORMULAS[name](pass));
  return node;
}

/** A table whose rows can be chosen; .draw(chosen, of) with of(kind, i), the text of a cell and
 * how long its bar is. */
function chooser(titles, length, pick) {
  const [, ...kinds] = Object.keys(titles);
  const node = table_of(Object.values(titles));
  const group = new_id();
  const rows = Array.from({ length }, (_, i) => row_to_choose(group, i, kinds));
  const columns = Object.keys(titles).map((kind) => element("col", { class: `nnlib-${kind}` }));
  node.prepend(element("colgroup", {}, ...columns));
  node.tBodies[0].append(...rows);
  node.addEventListener("change", ({ target }) => pick(Number(target.value)));
  node.draw = (chosen, of) => {
    rows.forEach((row, i) => {
      row.draw(i === chosen, (kind) => of(kind, i));
    });
  };
  return node;
}

function row_to_choose(name, value, kinds) {
  const input = element("input", { type: "radio", name, value });
  const cells = kinds.map((kind) => cell_of(kind));
  const head = element("th", { scope: "row" }, element("label", {}, input, String(value)));
  const node = element("tr", {}, head, ...cells);
  node.draw = (chosen, of) => {
    input.checked = chosen;
    cells.forEach((cell, c) => {
      cell.draw(...of(kinds[c]));
    });
  };
  return node;
}

function cell_of(kind) {
  const text = element("span");
  const node = element("td", { class: `nnlib-${kind}` }, text);
  const bar = element("i");
  if (BARS.includes(kind)) node.append(bar);
  node.draw = (shown, part) => {
    text.textContent = shown;
    bar.style.setProperty("--part", part);
  };
  return node;
}

/** The text of a cell, and the part of its bar. */
function cells_of({ h, ha, y, ya, outgoing, terms }) {
  const longest = largest_of(terms);
  const texts = {
    h: (i) => [fixed(h[i])],
    ha: (i) => [fixed(ha[i]), ha[i]],
    weight: (i) => [`× ${fixed(outgoing[i])}`],
    term: (i) => [`= ${fixed(terms[i])}`, terms[i] / longest],
    y: (i) => [fixed(y[i])],
    ya: (i) => [fixed(ya[i]), ya[i]],
  };
  return (kind, i) => texts[kind](i);
}

function lay_out(root, { count, hidden, pick, turn }) {
  const range = { min: 0, max: count - 1, value: 0 };
  const marked = (kind, canvas) =>
    element("figure", { class: `nnlib-${kind}` }, canvas, element("i"));
  const view = {
    number: slider("image number", range, (i) => pick("index", i)),
    result: verdict(),
    paper: picture(SIDE, SIDE),
    map: picture(SIDE, SIDE, { role: "application", tabindex: 0 }),
    readout: note(LONGEST.pixel),
    ink: note(LONGEST.ink),
    formulas: Object.fromEntries(Object.keys(FORMULAS).map((name) => [name, formula(name)])),
    units: chooser(UNIT, hidden, (j) => pick("unit", j)),
    outputs: chooser(OUTPUT, DIGITS, (k) => pick("output", k)),
    largest: folded_table("The largest products", PIXEL),
    voice: announcer(),
  };
  const { h, ha, y, ya } = view.formulas;
  const remark = element("p", {}, "Each number is rounded by itself, sums too.");
  const buttons = [button("‹ previous", () => turn(-1)), button("next ›", () => turn(1))];
  root.append(
    box("row", view.number, ...buttons),
    view.result,
    box(
      "pass",
      ...[marked("paper", view.paper), box("readout", view.readout), marked("map", view.map)],
      ...[box("unit-sums", view.ink, h, ha), box("of-units", view.units)],
      ...[box("of-outputs", view.outputs), box("output-sums", y, ya, remark)],
    ),
    ...[view.largest, view.voice],
  );
  return view;
}

function draw_pass(view, pass) {
  const { index, j, k, label, guess, x, products } = pass;
  const limit = largest_of(products);
  const inked = x.filter(Boolean).length;
  view.number.set(index);
  view.result.draw(guess, label);
  view.result.append(`: label ${label}, guess ${guess}`);
  view.paper.draw(x, ink, `A handwritten ${label}`);
  const name = `Products of unit ${j}; arrow keys move`;
  view.map.draw(products, (value) => signed(value, limit), name);
  view.ink.show(`${inked} of ${PIXELS} pixels have ink; the others give 0.`);
  for (const one of Object.values(view.formulas)) one.draw(pass);
  view.units.draw(j, cells_of(pass));
  view.outputs.draw(k, cells_of(pass));
}

function by_size(products) {
  return [...products.keys()].sort((a, b) => products[b] - products[a]);
}

/** Calls move(pixel) with the one under the pointer, and step(by) for an arrow key. */
function point_with(map, move, step) {
  map.addEventListener("mousemove", ({ offsetX, offsetY }) => {
    const cell = map.clientWidth / SIDE;
    move(SIDE * Math.floor(offsetY / cell) + Math.floor(offsetX / cell));
  });
  map.addEventListener("keydown", (event) => {
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    step(STEPS[event.key]);
  });
}

async function build_forward_pass({ root, get, set, follow }) {
  const data = checked(await unpack(get("_data")));
  const [count, hidden] = [data.labels.length, data.b1.length];
  const turn = (step) => set("index", (get("index") + step + count) % count);
  const view = lay_out(root, { count, hidden, pick: set, turn });
  let pass;
  let pixel;

  function point(to) {
    if (to >= 0 && to < PIXELS) pixel = to;
    const cells = about_pixel(pass, pixel);
    root.style.setProperty("--row", cells[1]);
    root.style.setProperty("--column", cells[2]);
    view.readout.show(words_on_pixel(cells));
  }

  function draw() {
    pass = pass_of(data, ...CHOICES.map(get));
    const order = by_size(pass.products);
    draw_pass(view, pass);
    point(pixel ?? order[0]);
    view.largest.draw(
      [...order.slice(0, 10), ...order.slice(-10)].map((i) => about_pixel(pass, i)),
    );
    const { j, k, ha, ya } = pass;
    const values = `unit ${j}: ${fixed(ha[j])}, output ${k}: ${fixed(ya[k])}`;
    view.voice.say(`${view.result.textContent}, ${values}`);
  }

  point_with(view.map, point, (by) => {
    point(pixel + by);
    view.voice.say(view.readout.textContent);
  });
  draw();
  for (const name of CHOICES) follow(name, draw);
  root.addEventListener("reset", () => {
    pixel = undefined;
    draw();
  });
  return {
    index: number_to(count - 1),
    unit: number_to(hidden - 1),
    output: number_to(DIGITS - 1),
  };
}

export default figure("forward-pass", "One image, every number", build_forward_pass);
