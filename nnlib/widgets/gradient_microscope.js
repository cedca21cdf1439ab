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
  button,
  choice,
  element,
  figure,
  fixed,
  folded_table,
  labelled,
  line_chart,
  slider,
  unpack,
} from "./parts.js";

const FLOOR = 1e-16,
  CEILING = 1e4; // of the chart

function power(value, digits = 1) {
  return Number.isFinite(value)
    ? value.toExponential(digits).replaceAll("-", "−").replace("+", "")
    : "–";
}

/** Two numbers as texts, what they have in common at the start underlined. */
function compared(...values) {
  const [a, b] = values.map((value) => fixed(value, 16));
  let same = 0;
  while (a[same] && a[same] === b[same]) same++;
  return [a, b].map((text) => [element("u", {}, text.slice(0, same)), text.slice(same)]);
}

async function build_gradient_microscope({ root, get, set, follow }) {
  const { images, labels } = await unpack(get("_data")),
    x = scale(images);
  let parameters, gradient, name, values, place, curve;

  const number = (text) =>
    labelled(text, element("input", { type: "number", min: 0, required: true, onchange: enter }));
  const array = choice(
    "array",
    ["W1", "b1", "W2", "b2"].map((each) => [each, each]),
    () => largest(array.input.value),
  );
  const row = number("row"),
    column = number("column");
  const control = slider(
    "step ε",
    { min: -14, max: -1, step: 0.25, value: -1, show: () => power(get("step"), 2) },
    (exponent) => set("step", 10 ** exponent),
  );
  const axis = (label, min, max, ...exponents) => ({
    label,
    min,
    max,
    ticks: exponents.map((e) => 10 ** e),
    log: true,
    show: (tick) => power(tick, 0),
  });
  const chart = line_chart(
    axis("step ε", 1e-14, 0.1, -14, -11, -8, -5, -2),
    axis("relative error", FLOOR, CEILING, -16, -12, -8, -4, 0),
  );
  const title = element("p", { class: "nnlib-verdict" }),
    remark = element("p"),
    voice = announcer();
  const digits = element("table"),
    numbers = folded_table("The curve as a table", [
      "step",
      "central difference",
      "relative error",
    ]);
  root.append(
    element(
      "div",
      { class: "nnlib-row" },
      array,
      row,
      column,
      button("largest derivative of the array", () => largest(name)),
      button("random", () => pick(name, Math.floor(Math.random() * parameters[name].length))),
    ),
    title,
    control,
    element(
      "div",
      { class: "nnlib-side nnlib-microscope" },
      element("div", {}, digits, remark),
      chart,
    ),
    numbers,
    voice,
  );

  const width = (which) => parameters[`b${which?.[1]}`]?.length;
  const flat = () => row.input.valueAsNumber * width(name) + column.input.valueAsNumber;

  function pick(next, i) {
    set(
      "entry",
      next[0] === "b" ? [next, i] : [next, Math.floor(i / width(next)), i % width(next)],
    );
  }

  function largest(next) {
    const sizes = gradient[next].map(Math.abs);
    pick(next, sizes.indexOf(Math.max(...sizes)));
  }

  function enter({ target }) {
    if (target.reportValidity()) pick(name, flat());
    else voice.say(`expected a number from 0 to ${target.max}`);
  }

  function look() {
    const entry = get("entry"),
      index = entry.slice(1);
    name = array.input.value = entry[0];
    values = parameters[name];
    row.hidden = index.length < 2;
    Object.assign(row.input, {
      max: values?.length / width(name) - 1,
      value: row.hidden ? 0 : index[0],
    });
    Object.assign(column.input, { max: width(name) - 1, value: index.at(-1) });
    if (!values || ![row, column].every(({ input }) => input.validity.valid))
      throw Error(`expected a parameter such as b2,3; found ${entry}`);
    place = flat();
    title.textContent = `θ = ${name}[${index.join(", ")}] = ${fixed(values[place], 6)}`;
    curve = Array.from({ length: 53 }, (_, i) => 10 ** (i / 4 - 14)).map((step) => [
      step,
      numerical_gradient(x, labels, parameters, name, place, step),
    ]);
    draw();
  }

  function draw() {
    const step = get("step"),
      derivative = gradient[name][place];
    if (!(step >= 1e-14 && step <= 0.1))
      throw Error(`expected a step from 1e−14 to 0.1; found ${step}`);
    const [up, down] = [step, -step].map((nudge) =>
      nudged_loss(x, labels, parameters, name, place, nudge),
    );
    const difference = (up - down) / (2 * step),
      error = (found) => Math.abs(found / derivative - 1);
    const [above, below] = compared(up, down),
      [measured, computed] = compared(difference, derivative);
    digits.replaceChildren(
      ...[
        ["L(θ + ε)", above],
        ["L(θ − ε)", below],
        ["their difference", [power(up - down, 3)]],
        ["divided by 2ε", measured],
        ["backpropagation", computed],
        ["relative error", [power(error(difference))]],
      ].map(([text, cell]) =>
        element("tr", {}, element("th", { scope: "row" }, text), element("td", {}, ...cell)),
      ),
    );
    const blank = name === "W1" && labels.every((_, r) => !x[r * PIXELS + row.input.valueAsNumber]);
    remark.textContent =
      derivative === 0
        ? (blank ? "This pixel is blank: the" : "The") +
          ` derivative is exactly 0${difference ? "" : ", and so is the difference"}.`
        : error(difference)
          ? "Underlined: the first digits, where two agree."
          : "They agree to the last bit. Error 0 is drawn at the lower edge.";
    const text =
      `${title.textContent}. Step ${power(step)}: difference ${fixed(difference, 6)}, ` +
      `relative error ${power(error(difference))}. ${remark.textContent}`;
    chart.toggleAttribute("hidden", !derivative);
    if (derivative) {
      const point = ([at, found]) => [at, Math.min(CEILING, Math.max(FLOOR, error(found)))],
        best = Math.cbrt(Number.EPSILON);
      chart.draw({
        lines: [
          { name: "central difference", points: curve.map(point) },
          {
            name: "cube root of eps",
            points: [
              [best, FLOOR],
              [best, CEILING],
            ],
          },
        ],
        text: `Line chart of the error. ${text}`,
        marker: point([step, difference]),
      });
    }
    control.set(Math.log10(step));
    numbers.draw(
      curve
        .filter((_, i) => i % 4 === 0)
        .map(([at, found]) => [power(at, 0), fixed(found, 12), power(error(found))]),
    );
    voice.say(text);
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
}

export default figure(
  "gradient-microscope",
  "One derivative under the microscope",
  build_gradient_microscope,
);
