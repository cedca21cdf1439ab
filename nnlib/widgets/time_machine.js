/** The checkpoints of a training: weights, accuracy and loss, with hidden units to switch off. */

import { line_chart } from "./chart.js";
import { drawn_from, from_text, words_on_drawn } from "./drawn.js";
import {
  affine,
  column_at,
  column_sums,
  cross_entropy,
  DIGITS,
  PIXELS,
  predict,
  predict_all,
  row_at,
  scale,
  sigmoid,
  softmax,
} from "./network.js";
import {
  announcer,
  bars,
  box,
  button,
  choice,
  element,
  figure,
  fixed,
  folded_table,
  ink,
  list_of,
  note,
  number_to,
  one_of,
  picture,
  scale_of_colors,
  signed,
  slider,
  unpack,
} from "./parts.js";

const ZERO = { accuracy: 0, loss: 0 };
const STUCK = { 0: "at 0", mean: "at their means" };
const ALL_ON = "All units are on. Press one to switch it off.";

/** The checkpoints, with W1 from its 16 bits, the hidden values ha of all images, their means. */
function read_checkpoints({ images, labels, steps, checkpoints }) {
  const x = scale(images);
  return Array.from(steps, (step, i) => {
    const { W1: levels, b1, W2, b2 } = checkpoints[i];
    const W1 = Float64Array.from(levels, (level) => level * step);
    const hidden = b1.length;
    const lengths = [x.length, W1.length, W2.length];
    const expected = [PIXELS * labels.length, PIXELS * hidden, DIGITS * hidden];
    if (String(lengths) !== String(expected)) {
      throw Error("expected a label for each image, and all the weights; found others");
    }
    const ha = sigmoid(affine(x, W1, b1));
    const means = column_sums(ha, labels.length).map((sum) => sum / labels.length);
    return { W1, b1, W2, b2, ha, means };
  });
}

/** The weights of the outputs, and their biases, with some units stuck: a constant is a bias. */
function second_layer({ means, W2, b2 }, { off, stuck }) {
  const rest = W2.slice();
  const biases = b2.slice();
  for (const j of off) {
    const answer = stuck === "mean" ? means[j] : 0;
    const row = row_at(rest, j, DIGITS);
    for (let k = 0; k < DIGITS; k++) biases[k] += answer * row[k];
    row.fill(0);
  }
  return [rest, biases];
}

/** Accuracy, loss and the accuracy for each digit at a checkpoint, with some units stuck. */
function measure(checkpoint, labels, switches) {
  const y = affine(checkpoint.ha, ...second_layer(checkpoint, switches));
  const all = Array(DIGITS).fill(0);
  const right = Array(DIGITS).fill(0);
  predict_all(y).forEach((guess, r) => {
    all[labels[r]]++;
    if (guess === labels[r]) right[guess]++;
  });
  return {
    accuracy: right.reduce((sum, count) => sum + count) / labels.length,
    loss: cross_entropy(y, labels),
    digits: right.map((count, digit) => count / all[digit]),
  };
}

/** The ten outputs ya for one digit at a checkpoint, with some units stuck. */
function read_digit(levels, checkpoint, switches) {
  const ha = sigmoid(affine(scale(levels), checkpoint.W1, checkpoint.b1));
  return softmax(affine(ha, ...second_layer(checkpoint, switches)));
}

const words = ({ accuracy, loss }) => `accuracy ${fixed(accuracy)}, loss ${fixed(loss)}`;

function state_of(off, stuck, whole) {
  if (off.length === 0) return ALL_ON;
  return `Units off, ${STUCK[stuck]}: ${off.join(", ")}. With all units (dashed): ${words(whole)}.`;
}

/** A button that goes on by one index every 0.9 s, to the last one; .pause() ends that. */
function play_button(last, get, set) {
  let timer;
  const node = button("play", () => (timer ? node.pause() : play()));
  node.hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
  node.is_playing = () => Boolean(timer);
  node.pause = () => {
    timer = clearInterval(timer);
    node.textContent = "play";
  };

  function play() {
    timer = setInterval(go_on, 900);
    node.textContent = "pause";
    if (get("index") === last) set("index", 0);
  }

  function go_on() {
    if (get("index") < last) set("index", get("index") + 1);
    else node.pause();
  }

  return node;
}

function unit_button(j, flip) {
  const weights = picture();
  const attributes = { class: "nnlib-unit", "aria-label": `unit ${j} off` };
  const node = button(weights, () => flip(j), attributes);
  node.append(`unit ${j}`);
  node.draw = (W1, hidden, limit, off) => {
    weights.draw(
      column_at(W1, j, hidden),
      (weight) => signed(weight, limit),
      `weights of unit ${j}`,
    );
    node.setAttribute("aria-pressed", off.includes(j));
  };
  return node;
}

function charts_over(epochs) {
  const last = epochs.length - 1;
  const ticks = [...epochs.keys()].filter((i) => (last - i) % Math.ceil(last / 6) === 0);
  const steps = new Set(epochs.slice(1).map((epoch, i) => fixed(epoch - epochs[i])));
  const label = steps.size > 1 ? "epoch (not to scale)" : "epoch";
  const x_axis = { label, min: 0, max: last, ticks, show: (i) => epochs[i] };
  const shares = { label: "accuracy", min: 0, max: 1.1, ticks: [0, 0.25, 0.5, 0.75, 1] };
  return {
    accuracy: line_chart(x_axis, shares),
    loss: line_chart(x_axis, { label: "loss", min: 0 }),
  };
}

function lay_out(root, epochs, units, { go, move, play, flip, stick, all_on, back }) {
  const last = epochs.length - 1;
  const show = (i) => epochs[i];
  const longest = epochs.reduce((one, other) => (other.length > one.length ? other : one));
  const view = {
    moment: slider("epoch", { min: 0, max: last, value: last, show }, go),
    result: note(`Epoch ${longest}: ${words(ZERO)}`, { class: "nnlib-note nnlib-verdict" }),
    stuck: choice(
      "units off answer",
      [
        ["0", "0"],
        ["mean", "their means"],
      ],
      ({ target }) => stick(target.value),
    ),
    state: note(state_of(units, "mean", ZERO)),
    units: units.map((j) => unit_button(j, flip)),
    own: own_digit(back),
    colors: scale_of_colors(),
    charts: charts_over(epochs),
    digits: box("digits"),
    numbers: folded_table("All checkpoints as a table", ["epoch", "accuracy", "loss"]),
    voice: announcer(),
  };
  const turns = [button("‹ previous", () => move(-1)), play, button("next ›", () => move(+1))];
  const { accuracy, loss } = view.charts;
  root.append(
    box("row", view.moment, ...turns),
    view.result,
    box("row", view.stuck, button("all on", all_on)),
    view.state,
    view.own,
    box("panes", box("weights", box("units", ...view.units), view.colors), accuracy, loss),
    "Accuracy for each digit",
    view.digits,
    view.numbers,
    view.voice,
  );
  return view;
}

/** The digit of the reader and the ten outputs for it; .draw(drawn, ya), "" for none. */
function own_digit(back) {
  const words = element("p");
  const said = element("p", { class: "nnlib-said" });
  const [paper, chart] = [picture(), bars("output values for your digit")];
  const node = box("own", words, said, box("side", paper, chart));
  node.draw = (drawn, outputs) => {
    node.hidden = drawn === "";
    if (node.hidden) return "";
    const ya = outputs();
    words.replaceChildren(...words_on_drawn("time-machine", drawn, back));
    said.textContent = `Your digit: guess ${predict(ya)}`;
    paper.draw(from_text(drawn), (level) => ink(level / 255), "Your digit");
    chart.draw(ya);
    return `${said.textContent}. `;
  };
  return node;
}

/** The curves of the scores, and dashed those with all units where some are off. */
function draw_charts(charts, { scores, whole, off, index }) {
  const highest = Math.ceil(Math.max(...[...scores, ...whole].map(({ loss }) => loss)));
  const ends = { loss: { max: highest, ticks: [0, highest / 2, highest] } };
  for (const [name, chart] of Object.entries(charts)) {
    const line = (all) => ({ name: "", points: all.map((score, i) => [i, score[name]]) });
    const lines = (off.length ? [scores, whole] : [scores]).map(line);
    const marker = [index, scores[index][name]];
    chart.draw({ lines, text: `${name} at each epoch`, marker, y: ends[name] });
  }
}

function digit_bar(digit, now, all, off) {
  const shown = Number.isNaN(now) ? "–" : fixed(now, 2);
  const bar = element("span", { class: "nnlib-now", style: `--share: ${now}` });
  const dashes = element("span", { class: "nnlib-whole", style: `--share: ${all}` });
  const parts = [bar, ...(off.length ? [dashes] : []), element("b", {}, String(digit))];
  const beside = off.length ? `, with all units ${fixed(all, 2)}` : "";
  const spoken = { role: "img", "aria-label": `digit ${digit}: ${shown}${beside}` };
  return element("span", { class: "nnlib-digit", ...spoken }, ...parts, ` ${shown} `);
}

function draw_score(view, epochs, { scores, whole, off, stuck, index }) {
  const now = scores[index];
  const result = `Epoch ${epochs[index]}: ${words(now)}`;
  const state = state_of(off, stuck, whole[index]);
  view.result.show(result);
  view.state.show(state);
  draw_charts(view.charts, { scores, whole, off, index });
  const bars = now.digits.map((share, d) => digit_bar(d, share, whole[index].digits[d], off));
  view.digits.replaceChildren(...bars);
  view.numbers.draw(
    scores.map(({ accuracy, loss }, i) => [epochs[i], fixed(accuracy), fixed(loss)]),
  );
  return `${result}. ${state}`;
}

/** What a link says of the state. */
function linked(epochs, units) {
  const some = list_of(number_to(units.length - 1));
  return {
    index: number_to(epochs.length - 1),
    off: (text) => units.filter((unit) => some(text).includes(unit)),
    stuck: one_of(...Object.keys(STUCK)),
    drawn: drawn_from,
  };
}

/** What the controls do: each sets a trait. */
function controls({ get, set }, epochs, units) {
  const play = play_button(epochs.length - 1, get, set);
  const go = (index) => {
    play.pause();
    if (index in epochs) set("index", index);
  };
  const flipped = (j) => units.filter((k) => get("off").includes(k) !== (k === j));
  return {
    go,
    play,
    move: (step) => go(get("index") + step),
    flip: (j) => set("off", flipped(j)),
    stick: (answer) => set("stuck", answer),
    all_on: () => set("off", []),
    back: () => set("drawn", ""),
  };
}

async function build_time_machine({ root, get, set, follow, signal }) {
  const data = await unpack(get("_data"));
  const epochs = get("_epochs");
  const checkpoints = read_checkpoints(data);
  const units = [...checkpoints[0].b1.keys()];
  const switches = () => ({ off: get("off"), stuck: get("stuck") });
  const scored = (some) => checkpoints.map((one) => measure(one, data.labels, some));
  const whole = scored({ off: [] });
  const limit = Math.max(...data.steps) * 16384; // half of the largest weight
  const does = controls({ get, set }, epochs, units);
  const view = lay_out(root, epochs, units, does);
  view.colors.draw(`weight ${fixed(-limit, 2)}`, `${fixed(limit, 2)} and beyond`);
  let scores;

  function score() {
    scores = scored(switches());
    draw();
  }

  function draw() {
    const index = get("index");
    const { off, stuck } = switches();
    const ya = () => read_digit(from_text(get("drawn")), checkpoints[index], { off, stuck });
    view.moment.set(index);
    view.stuck.input.value = stuck;
    for (const unit of view.units) unit.draw(checkpoints[index].W1, units.length, limit, off);
    const own = view.own.draw(get("drawn"), ya);
    const text = own + draw_score(view, epochs, { scores, whole, off, stuck, index });
    if (!does.play.is_playing()) view.voice.say(text);
  }

  score();
  for (const trait of ["index", "drawn"]) follow(trait, draw);
  for (const trait of ["off", "stuck"]) follow(trait, score);
  signal.addEventListener("abort", does.play.pause);
  root.addEventListener("reset", does.play.pause);
  return linked(epochs, units);
}

export default figure("time-machine", "Time machine", build_time_machine);
