/** One derivative: by central differences with steps of every size, and by backpropagation. */

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
  line_chart,
  note,
  number_from,
  slider,
  unpack,
  whole_number,
} from "./parts.js";

const FLOOR = 1e-16; // of errors in the chart
const CEILING = 1e4;
const STEPS = Array.from({ length: 53 }, (_, i) => 10 ** (i / 4 - 14)); // of the curve
const BEST = Math.cbrt(Number.EPSILON);

const AGREE = "They agree to the last bit. Error 0 is drawn at the lower edge.";
const UNDERLINED = "Underlined: the first digits, where two agree.";
const BLANK = "This pixel is blank: the derivative is exactly 0";
const ZERO = "The derivative is exactly 0";
const BOTH = ", and so is the difference";

function power(value, digits = 1) {
  if (!Number.isFinite(value)) return "–";
  return value.toExponential(digits).replaceAll("-", "−").replace("+", "");
}

/** Two numbers as texts, what they have in common at the start underlined. */
function compared(...values) {
  const [a, b] = values.map((value) => fixed(value, 16));
  let same = 0;
  while (a[same] && a[same] === b[same]) same++;
  return [a, b].map((text) => [element("u", {}, text.slice(0, same)), text.slice(same)]);
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
    axis("step ε", 1e-14, 0.1, -14, -11, -8, -5, -2),
    axis("relative error", FLOOR, CEILING, -16, -12, -8, -4, 0),
  );
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
    numbers: folded_table("The curve as a table", ["step", "central difference", "relative error"]),
    voice,
  };
  const [most, any] = [
    button("largest derivative of the array", () => largest()),
    button("random", random),
  ];
  root.append(
    box("row", view.array, view.row, view.column, most, any),
    view.title,
    view.step,
    box("side nnlib-microscope", element("div", {}, view.digits, view.remark), view.chart),
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
  const [above, below] = compared(up, down);
  const [measured, computed] = compared(difference, derivative);
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
      { name: "central difference", points: curve.map(point) },
      { name: "cube root of eps", points: best },
    ],
    text: `Line chart of the error. ${text}`,
    marker: point([step, difference]),
  });
}

function draw_measured(view, curve, found, blank) {
  const { step, difference, derivative, error } = found;
  const remark = remark_on(found, blank);
  const text =
    `${view.title.textContent}. Step ${power(step)}: difference ${fixed(difference, 6)}, ` +
    `relative error ${power(error)}. ${remark}`;
  draw_digits(view.digits, found);
  view.remark.show(remark);
  draw_chart(view.chart, curve, found, text);
  view.step.set(Math.log10(step));
  const decades = curve.filter((_, i) => i % 4 === 0);
  const row = ([at, value]) => [power(at, 0), fixed(value, 12), power(relative(value, derivative))];
  view.numbers.draw(decades.map(row));
  view.voice.say(text);
}

async function build_gradient_microscope({ root, get, set, follow }) {
  const { images, labels } = await unpack(get("_data"));
  const x = scale(images);
  const view = lay_out(root, {
    get,
    set,
    largest: (name = chosen.name) => pick(name, place_of_largest(gradient[name])),
    random: () => pick(chosen.name, Math.floor(Math.random() * chosen.values.length)),
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
    draw_measured(view, curve, found, name === "W1" && is_blank(x, index[0]));
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
  return {
    entry: (text) => place_of(entry_from(text), parameters) && entry_from(text),
    step: (text) => checked_step(number_from(text)),
  };
}

export default figure(
  "gradient-microscope",
  "One derivative under the microscope",
  build_gradient_microscope,
);
