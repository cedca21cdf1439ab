/** One derivative: by central differences with steps of every size, and by backpropagation. */

import { line_chart } from "./chart.js";
import {
  backward,
  forward,
  nudged_loss,
  numerical_gradient,
  one_hot,
  PIXELS,
  scale,
} from "./network.js";
import {
  announcer,
  box,
  button,
  choice,
  element,
  figure,
  fixed,
  folded_table,
  note,
  number_from,
  slider,
  table_of,
  unpack,
  whole_number,
} from "./parts.js";

const FLOOR = 1e-16; // of errors in the chart
const CEILING = 1e4;
const STEPS = Array.from({ length: 53 }, (_, i) => 10 ** (i / 4 - 14)); // of the curve
const BEST = Math.cbrt(Number.EPSILON);
const WIDTH = 2.5; // steps to either side, under the microscope
const NEAR = Array.from({ length: 51 }, (_, i) => WIDTH * (i / 25 - 1));

const AGREE = "They agree to the last bit. Error 0 is drawn at the lower edge.";
const UNDERLINED = "Underlined: the first digits, where two agree.";
const BLANK = "This pixel is blank: the derivative is exactly 0";
const ZERO = "The derivative is exactly 0";
const LARGER =
  "The smaller ε, the larger the picture: the curve becomes a line, and in the end the stairs of " +
  "rounding.";
const BOTH = ", and so is the difference";

function power(value, digits = 1) {
  if (!Number.isFinite(value)) return "–";
  return value.toExponential(digits).replaceAll("-", "−").replace("+", "");
}

/** Two numbers as texts, each as what they have in common at the start and what they have not. */
function compared(...values) {
  const [a, b] = values.map((value) => fixed(value, 16));
  let same = 0;
  while (a[same] && a[same] === b[same]) same++;
  return [a, b].map((text) => [text.slice(0, same), text.slice(same)]);
}

const underlined = ([same, rest]) => [element("u", {}, same), rest];

/** In words, how many digits the losses have in common, but for zeros, and the derivatives. */
function words_on_digits({ up, down, difference, derivative }) {
  const pairs = [compared(up, down), compared(difference, derivative)];
  const [losses, derivatives] = pairs.map(([[same]]) => {
    return same.replace(/^[−0.]+|\D/g, "").length;
  });
  return `Digits that agree: ${losses} of the losses, ${derivatives} of the derivatives.`;
}

const relative = (difference, derivative) => Math.abs(difference / derivative - 1);

/** The shape of an array of the parameters, which is empty for any other name. */
function shape_of(name, parameters) {
  if (!(name in parameters)) return [];
  const width = parameters[`b${name[1]}`].length;
  return name[0] === "b" ? [width] : [parameters[name].length / width, width];
}

/** What an entry such as ["W2", 1, 3] names: the array, and a place in it. */
function place_of(entry, parameters) {
  const [name, ...index] = entry;
  const shape = shape_of(name, parameters);
  const inside = (i, axis) => Number.isInteger(i) && i >= 0 && i < shape[axis];
  if (index.length === 0 || index.length !== shape.length || !index.every(inside)) {
    throw Error(`expected a parameter such as b2,3; found ${entry}`);
  }
  const place = index.reduce((sum, i, axis) => sum * shape[axis] + i, 0);
  return { name, index, shape, place, values: parameters[name] };
}

function entry_at(name, place, parameters) {
  const [, columns] = shape_of(name, parameters);
  return columns ? [name, Math.floor(place / columns), place % columns] : [name, place];
}

function entry_from(text) {
  const [name, ...index] = text.split(",");
  return [name, ...index.map(number_from)];
}

function checked_step(step) {
  if (step >= 1e-14 && step <= 0.1) return step;
  throw Error(`expected a step from 1e−14 to 0.1; found ${step}`);
}

const is_blank = (x, pixel) => x.every((value, i) => i % PIXELS !== pixel || value === 0);

/** A place of any derivative but 0, as that of a blank pixel is, unless there are no others. */
function any_place(values) {
  const all = [...values.keys()];
  const others = all.filter((place) => values[place]);
  const among = others.length ? others : all;
  return among[Math.floor(Math.random() * among.length)];
}

function place_of_largest(values) {
  const sizes = values.map(Math.abs);
  return sizes.indexOf(Math.max(...sizes));
}

/** The losses on both sides of a parameter, and what follows from them. */
function measured_at(step, derivative, loss) {
  const [up, down] = [loss(step), loss(-step)];
  const difference = (up - down) / (2 * step);
  return { step, up, down, difference, derivative, error: relative(difference, derivative) };
}

function remark_on({ derivative, difference, error }, blank) {
  if (derivative) return error ? UNDERLINED : AGREE;
  return `${blank ? BLANK : ZERO}${difference ? "" : BOTH}.`;
}

function chart_of_errors() {
  const axis = (label, min, max, ...exponents) => {
    const ticks = exponents.map((exponent) => 10 ** exponent);
    return { label, min, max, ticks, log: true, show: (tick) => power(tick, 0) };
  };
  return line_chart(
    axis("step ε (drag in the chart)", 1e-14, 0.1, -12, -10, -8, -6, -4, -2),
    axis("relative error of the difference", FLOOR, CEILING, -16, -12, -8, -4, 0),
  );
}

/** The loss near the parameter, in steps: so the picture is the larger, the smaller the step. */
function chart_nearby() {
  const show = (steps) => ["θ − 2ε", "θ − ε", "θ", "θ + ε", "θ + 2ε"][steps + 2];
  const across = { label: "", min: -WIDTH, max: WIDTH, ticks: [-2, -1, 0, 1, 2], show };
  return line_chart(across, {
    label: "L − L(θ)",
    show: (value) => (value ? power(value, 0) : "0"),
  });
}

/** The next number with one digit that is not 0. */
function round_up(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * Math.ceil(value / unit);
}

/** Draws the loss, the tangent and the secant near a parameter, and their slopes. */
function draw_nearby({ nearby, key }, loss, { step, up, down, difference, derivative }) {
  const here = loss(0);
  const curve = NEAR.map((steps) => [steps, loss(steps * step) - here]);
  const line = (kind, slope, height) => {
    const points = [-WIDTH, WIDTH].map((steps) => [steps, height + slope * steps * step]);
    return { name: "", kind, points };
  };
  const tangent = line("tangent", derivative, 0);
  const secant = line("secant", difference, (up + down) / 2 - here);
  const ends = [
    [-1, down - here],
    [1, up - here],
  ].map((end) => ({ name: "", kind: "end", points: [end] }));
  const lines = [{ name: "", points: curve }, tangent, secant, ...ends];
  const heights = lines.flatMap(({ points }) => points.map(([, height]) => Math.abs(height)));
  const most = round_up(Math.max(...heights) || step);
  const slopes = [derivative, difference].map((slope) => fixed(slope, 6));
  const text = `The loss near θ. Slope of the tangent ${slopes[0]}, of the secant ${slopes[1]}`;
  nearby.draw({ lines, text, y: { min: -most, max: most, ticks: [-most, 0, most] } });
  key.draw([
    ["loss L", ""],
    ["tangent", slopes[0]],
    ["secant", slopes[1]],
  ]);
}

function lay_out(root, { get, set, largest, random, enter }) {
  const voice = announcer();
  const names = ["W1", "b1", "W2", "b2"].map((name) => [name, name]);
  const range = { min: -14, max: -1, step: 0.25, value: -1, show: () => power(get("step"), 2) };
  const view = {
    array: choice("array", names, () => largest(view.array.input.value)),
    row: whole_number("row", (i) => enter(i, 0), voice.say),
    column: whole_number("column", (i) => enter(i, -1), voice.say),
    title: element("p", { class: "nnlib-verdict" }),
    step: slider("step ε", range, (exponent) => set("step", 10 ** exponent)),
    digits: element("table"),
    remark: note(`${BLANK}${BOTH}.`),
    chart: chart_of_errors(),
    nearby: chart_nearby(),
    key: table_of(["near θ", "slope"]),
    numbers: folded_table("The curve as a table", ["step", "central difference", "relative error"]),
    voice,
  };
  const [most, any] = [
    button("largest derivative of the array", () => largest()),
    button("random", random),
  ];
  view.chart.drag((step) => set("step", 10 ** (Math.round(4 * Math.log10(step)) / 4)));
  root.append(
    box("row", view.array, view.row, view.column, most, any),
    view.title,
    view.step,
    box(
      "microscope",
      ...[element("div", {}, view.digits, view.remark), view.chart],
      ...[view.nearby, element("div", { class: "nnlib-key" }, view.key, element("p", {}, LARGER))],
    ),
    view.numbers,
    voice,
  );
  return view;
}

function show_entry(view, { name, index, shape, values, place }) {
  view.array.input.value = name;
  view.row.classList.toggle("nnlib-unseen", shape.length === 1);
  Object.assign(view.row.input, { max: shape[0] - 1, value: index[0] });
  Object.assign(view.column.input, { max: shape.at(-1) - 1, value: index.at(-1) });
  view.title.textContent = `θ = ${name}[${index.join(", ")}] = ${fixed(values[place], 6)}`;
}

function draw_digits(table, { up, down, difference, derivative, error }) {
  const [above, below] = compared(up, down).map(underlined);
  const [measured, computed] = compared(difference, derivative).map(underlined);
  const row = (text, cell, kind = null) =>
    element(
      "tr",
      { class: kind },
      element("th", { scope: "row" }, text),
      element("td", {}, ...cell),
    );
  table.replaceChildren(
    row("L(θ + ε)", above),
    row("L(θ − ε)", below),
    row("their difference", [power(up - down, 3)], "nnlib-end"),
    row("divided by 2ε", measured),
    row("backpropagation", computed),
    row("relative error", [power(error)], "nnlib-end"),
  );
}

function draw_chart(chart, curve, { step, derivative, difference }, text) {
  chart.classList.toggle("nnlib-unseen", derivative === 0);
  if (derivative === 0) return;
  const point = ([at, found]) => {
    return [at, Math.min(CEILING, Math.max(FLOOR, relative(found, derivative)))];
  };
  const best = [FLOOR, CEILING].map((error) => [BEST, error]);
  chart.draw({
    lines: [
      { name: "", points: curve.map(point) },
      { name: "cube root of eps", points: best },
    ],
    text: `Line chart of the error. ${text}`,
    marker: point([step, difference]),
  });
}

function draw_measured(view, curve, found, { blank, loss }) {
  const { step, difference, derivative, error } = found;
  const remark = remark_on(found, blank);
  const text =
    `${view.title.textContent}. Step ${power(step)}: difference ${fixed(difference, 6)}, ` +
    `relative error ${power(error)}. ${remark === UNDERLINED ? words_on_digits(found) : remark}`;
  draw_digits(view.digits, found);
  view.remark.show(remark);
  draw_chart(view.chart, curve, found, text);
  draw_nearby(view, loss, found);
  view.step.set(Math.log10(step));
  const decades = curve.filter((_, i) => i % 4 === 0);
  const row = ([at, value]) => [power(at, 0), fixed(value, 12), power(relative(value, derivative))];
  view.numbers.draw(decades.map(row));
  view.voice.say(text);
}

/** What a link says of the state. */
const linked = (parameters) => ({
  entry: (text) => place_of(entry_from(text), parameters()) && entry_from(text),
  step: (text) => checked_step(number_from(text)),
});

async function build_gradient_microscope({ root, get, set, follow }) {
  const { images, labels } = await unpack(get("_data"));
  const x = scale(images);
  const view = lay_out(root, {
    get,
    set,
    largest: (name = chosen.name) => pick(name, place_of_largest(gradient[name])),
    random: () => pick(chosen.name, any_place(gradient[chosen.name])),
    enter: (number, axis) => set("entry", [chosen.name, ...chosen.index.with(axis, number)]),
  });
  let parameters;
  let gradient;
  let chosen; // what the entry names
  let curve;

  const pick = (name, place) => set("entry", entry_at(name, place, parameters));

  function look() {
    chosen = place_of(get("entry"), parameters);
    const { name, place } = chosen;
    curve = STEPS.map((h) => [h, numerical_gradient(x, labels, parameters, name, place, h)]);
    show_entry(view, chosen);
    draw();
  }

  function draw() {
    const { name, place, index } = chosen;
    const loss = (nudge) => nudged_loss(x, labels, parameters, name, place, nudge);
    const found = measured_at(checked_step(get("step")), gradient[name][place], loss);
    const blank = name === "W1" && is_blank(x, index[0]);
    draw_measured(view, curve, found, { blank, loss });
  }

  async function read() {
    parameters = await unpack(get("parameters"), "parameters");
    gradient = backward(forward(x, parameters), one_hot(labels), parameters);
    look();
  }

  await read();
  follow("parameters", read);
  follow("entry", look);
  follow("step", draw);
  return linked(() => parameters);
}

export default figure(
  "gradient-microscope",
  "One derivative under the microscope",
  build_gradient_microscope,
);
