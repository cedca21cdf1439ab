/** One image, every number: the sums of one hidden unit and of one output, term by term. */

import { DIGITS, forward, PIXELS, predict, scale } from "./network.js";
import {
  announcer,
  button,
  element,
  figure,
  fixed,
  folded_table,
  ink,
  picture,
  signed,
  slider,
  unpack,
  verdict,
} from "./parts.js";

const CHOICES = ["index", "unit", "output"];

const symbol = (name, place) => `<var>${name}</var><sub>${place}</sub>`;
const with_bar = (value, part = value) => `${fixed(value)}<i style="--part: ${part}"></i>`;
const line = (name, place, text, value) =>
  `<p><code>eq-${name}</code>${symbol(name, place)} = ${text} = <b>${fixed(value)}</b></p>`;
const plus_bias = (name, place, value, bias) =>
  `+ ${symbol(name, place)} = ${`${fixed(value - bias)} + ${fixed(bias)}`.replace("+ −", "− ")}`;

async function build_forward_pass({ root, get, set, follow }) {
  const data = await unpack(get("_data")),
    { images, labels, W1, b1, W2, b2 } = data;
  const count = labels.length,
    hidden = b1.length;
  if (
    images.length !== PIXELS * count ||
    W1.length !== PIXELS * hidden ||
    W2.length !== DIGITS * hidden
  ) {
    throw Error("expected numbers that fit each other; found others");
  }
  let pixel, cells; // cells(i): all about pixel i

  const number = slider("image number", { min: 0, max: count - 1, value: 0 }, (i) =>
    set("index", i),
  );
  const turn = (step) => set("index", (get("index") + step + count) % count);
  const paper = picture(),
    map = picture(28, 28, { role: "application", tabindex: 0 });
  const frame = (canvas) => element("figure", {}, canvas, element("i"));
  const [readout, unit_sums, output_sums] = [1, 2, 3].map(() => element("div"));
  const units = chooser("unit", hidden, ["unit", "h", "ha", "weight", "term"]);
  const outputs = chooser("output", DIGITS, ["digit", "y", "ya"]);
  const largest = folded_table("The largest products", [
    "pixel",
    "row",
    "column",
    "x",
    "weight",
    "product",
  ]);
  const result = verdict(),
    voice = announcer();
  root.append(
    element(
      "div",
      { class: "nnlib-row" },
      number,
      button("‹ previous", () => turn(-1)),
      button("next ›", () => turn(1)),
      result,
    ),
    element(
      "div",
      { class: "nnlib-pass" },
      frame(paper),
      readout,
      frame(map),
      unit_sums,
      units,
      outputs,
      output_sums,
    ),
    largest,
    voice,
  );
  map.onmousemove = ({ offsetX, offsetY }) => {
    const side = map.clientWidth / 28;
    point(28 * Math.floor(offsetY / side) + Math.floor(offsetX / side));
  };
  map.onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -28, ArrowDown: 28 }[event.key];
    if (!step) return;
    event.preventDefault();
    point(pixel + step);
    voice.say(readout.textContent);
  };

  function chooser(name, length, head) {
    const node = folded_table("", head).querySelector("table"),
      body = node.tBodies[0];
    const group = name + Math.random(); // one per figure
    for (let i = 0; i < length; i++)
      body.insertRow().innerHTML =
        `<th><label><input type="radio" name="${group}" value="${i}">` + `${i}</label></th>`;
    body.onchange = ({ target }) => set(name, Number(target.value));
    node.draw = (chosen, sums, shares, more) =>
      [...body.rows].forEach((row, i) => {
        row.querySelector("input").checked = i === chosen;
        [fixed(sums[i]), with_bar(shares[i]), ...more(i)].forEach(
          (html, c) => ((row.cells[c + 1] ?? row.insertCell()).innerHTML = html),
        );
      });
    return node;
  }

  function point(to) {
    if (to >= 0 && to < PIXELS) pixel = to;
    const [i, row, column, x, weight, product] = cells(pixel);
    root.style.cssText = `--row: ${row}; --column: ${column}`;
    readout.textContent =
      `Pixel ${i}, row ${row}, column ${column}: ` + `x · weight = ${x} · ${weight} = ${product}`;
  }

  function draw() {
    const [index, j, k] = CHOICES.map((name) => get(name)),
      label = labels[index];
    const x = scale(images.subarray(index * PIXELS, index * PIXELS + PIXELS));
    const { h, ha, y, ya } = forward(x, data),
      e = y.map(Math.exp);
    const w = (i) => W1[i * hidden + j],
      products = x.map((value, i) => value * w(i));
    const v = (i) => W2[i * DIGITS + k],
      terms = ha.map((value, i) => value * v(i));
    const [limit, longest] = [products, terms].map((all) => Math.max(...all.map(Math.abs)));
    const order = [...products.keys()].sort((a, b) => products[b] - products[a]);
    cells = (i) => [i, Math.floor(i / 28), i % 28, fixed(x[i]), fixed(w(i)), fixed(products[i])];
    number.set(index);
    result.draw(predict(ya), label);
    result.append(`: label ${label}, guess ${predict(ya)}`);
    paper.draw(x, ink, `A handwritten ${label}`);
    map.draw(products, (value) => signed(value, limit), `Products of unit ${j}; arrow keys move`);
    point(pixel ?? order[0]);
    unit_sums.innerHTML =
      `${x.filter(Boolean).length} of 784 pixels have ink; the others give 0.` +
      line(
        "h",
        j,
        `sum of ${symbol("x", "i")} ${symbol("W1", "i," + j)}
        ${plus_bias("b1", j, h[j], b1[j])}`,
        h[j],
      ) +
      line("ha", j, `1 / (1 + <var>e</var><sup>${fixed(-h[j])}</sup>)`, ha[j]);
    units.draw(j, h, ha, (i) => [fixed(v(i)), with_bar(terms[i], terms[i] / longest)]);
    outputs.draw(k, y, ya, () => []);
    output_sums.innerHTML =
      line("y", k, `sum of the terms ${plus_bias("b2", k, y[k], b2[k])}`, y[k]) +
      line(
        "ya",
        k,
        `<var>e</var><sup>${fixed(y[k])}</sup> / sum =
        ${fixed(e[k])} / ${fixed(e.reduce((a, b) => a + b))}`,
        ya[k],
      ) +
      "Each number is rounded by itself, sums too.";
    largest.draw([...order.slice(0, 10), ...order.slice(-10)].map(cells));
    voice.say(`${result.textContent}, unit ${j}: ${fixed(ha[j])}, output ${k}: ${fixed(ya[k])}`);
  }

  draw();
  CHOICES.forEach((name) => follow(name, draw));
}

export default figure("forward-pass", "One image, every number", build_forward_pass);
