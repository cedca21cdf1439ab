/** Ten outputs y as sliders: their softmax ya, the cross entropy, and its gradient dy. */

import { line_chart } from "./chart.js";
import { cross_entropy, DIGITS, one_hot, predict, softmax } from "./network.js";
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
  number_to,
  slider,
  verdict,
} from "./parts.js";

const END = 20; // of a slider
const CELLS = ["way", "share", "ya", "t", "slope", "dy"];
const TITLES = { y: "y", share: "ya = softmax(y)", t: "t", slope: "dy = ya − t" };
const LONGEST_FORMULA = "L = −log ya[0] = −log 4.2484e−18 =";
const BEYOND = `Nothing changed: a y would go beyond ±${END}.`;
const LARGER = "All y are 1 larger; ya, L and dy are what they were.";
const NO_STEP = "There is no step downhill to take back.";
const EQUAL = "All y are 0: each ya is 1/10, and L = log 10.";

const one_more = (value) => value + 1;
const is_beyond = (value) => !Number.isFinite(value) || Math.abs(value) > END;

/** Four decimals, or a power of ten where these would hide the number. */
function legible(value) {
  const tiny = value && Math.abs(value) < 0.001;
  return tiny ? value.toExponential(1).replaceAll("-", "−") : fixed(value, 4);
}

function outputs_from(text) {
  const outputs = text.split(",").map(number_from);
  if (outputs.length === DIGITS && !outputs.some(is_beyond)) return outputs;
  throw Error(`expected ten y from −${END} to ${END}; found ${text}`);
}

function words_on_step(step, before, after) {
  return `Step ${step} downhill, rate 1: L went from ${legible(before)} to ${legible(after)}.`;
}

/** All that follows from ten outputs and a label. */
function computed(outputs, label) {
  if (outputs?.length !== DIGITS || outputs.some(is_beyond) || !(label in outputs)) {
    const expected = `expected ten y from −${END} to ${END} and a label in 0..9`;
    throw Error(`${expected}; found ${outputs} and ${label}`);
  }
  const y = Float64Array.from(outputs);
  const [ya, t] = [softmax(y), one_hot([label])];
  const dy = ya.map((share, k) => share - t[k]);
  return { y, label, ya, t, dy, loss: cross_entropy(y, [label]), guess: predict(ya) };
}

/** A slider and what follows from it, in one line. */
function slider_line(k, slide) {
  let exact = 0; // a slider moves in tenths, a step downhill does not
  const range = { min: -END, max: END, step: 0.1, value: 0, show: () => fixed(exact, 2) };
  const control = slider(`y${k}`, range, (value) => slide(k, value));
  const cells = CELLS.map((kind) => element("span", { class: `nnlib-${kind}` }));
  const [, , ya_cell, t_cell, , dy_cell] = cells;
  const node = box("logit", control, ...cells);
  node.draw = ({ y, ya, t, dy }) => {
    exact = y[k];
    control.set(exact);
    ya_cell.textContent = legible(ya[k]);
    t_cell.textContent = t[k];
    dy_cell.textContent = legible(dy[k]);
    node.classList.toggle("nnlib-label", t[k] === 1);
    node.classList.toggle("nnlib-below", dy[k] < 0);
    node.style.cssText = `--ya: ${ya[k]}; --dy: ${dy[k]}; --part: ${exact / END / 2 + 0.5}`;
  };
  return node;
}

function titles() {
  const spans = Object.entries(TITLES).map(([kind, text]) =>
    element("span", { class: `nnlib-of-${kind}` }, text),
  );
  const node = box("logit", ...spans);
  node.classList.add("nnlib-head");
  return node;
}

function lay_out(root, { choose, slide, downhill, take_back, add, level }) {
  const digits = Array.from({ length: DIGITS }, (_, digit) => digit);
  const pairs = digits.map((digit) => [digit, digit]);
  const view = {
    which: choice("label", pairs, () => choose(Number(view.which.input.value))),
    formula: note(LONGEST_FORMULA),
    loss: element("b"),
    result: verdict(),
    lines: digits.map((k) => slider_line(k, slide)),
    words: note(words_on_step(1000, 40, 40)),
    curve: line_chart({ label: "steps downhill", min: 0 }, { label: "L", min: 0 }),
    numbers: folded_table("The ten outputs as a table", ["digit", "y", "ya", "t", "dy"]),
    voice: announcer(),
  };
  root.append(
    box("row", view.which, box("loss", view.formula, view.loss)),
    view.result,
    titles(),
    ...view.lines,
    element("p", {}, "◂ ▸ where a step downhill moves y"),
    box(
      "row",
      button("one step downhill: y − dy", downhill),
      button("one step back", take_back),
      button("add 1 to all", add),
      button("all equal", level),
    ),
    view.words,
    view.curve,
    view.numbers,
    view.voice,
  );
  return view;
}

/** The loss before each step and after the last. */
function draw_curve(curve, losses) {
  const last = losses.length - 1;
  const max = 10 * Math.max(1, Math.ceil(last / 10));
  const highest = Math.ceil(Math.max(...losses)) || 1;
  const points = losses.map((loss, step) => [step, loss]);
  curve.draw({
    lines: [{ name: "", points }],
    marker: points[last],
    text: `L after each step downhill: ${losses.map(legible).join(", ")}`,
    x: { max, ticks: [0, 1, 2, 3, 4, 5].map((k) => (k * max) / 5) },
    y: { max: highest, ticks: [0, highest / 2, highest] },
  });
}

function draw_all(view, now, losses) {
  const { y, label, ya, t, dy, loss, guess } = now;
  const share = ya[label].toPrecision(5).replace("-", "−");
  view.which.input.value = label;
  view.formula.show(`L = −log ya[${label}] = −log ${share} =`);
  view.loss.textContent = legible(loss);
  view.result.draw(guess, label);
  for (const line of view.lines) line.draw(now);
  draw_curve(view.curve, losses);
  view.numbers.draw(
    Array.from(y, (value, k) => [k, fixed(value, 4), legible(ya[k]), t[k], legible(dy[k])]),
  );
}

/** What the controls do: move(y, words, past) and say(words, past) by what is now() and past(). */
const actions_on = ({ now, past, move, say }) => ({
  slide: (k, value) => move(now().y.with(k, value)),
  downhill() {
    const { y, dy, label, loss } = now();
    const next = y.map((value, k) => value - dy[k]);
    const words = words_on_step(past().length + 1, loss, cross_entropy(next, [label]));
    move(next, words, [...past(), y]);
  },
  take_back() {
    const before = past();
    if (before.length === 0) return say(NO_STEP);
    move(before.at(-1), `After ${before.length - 1} steps downhill.`, before.slice(0, -1));
  },
  add: () => move(now().y.map(one_more), LARGER),
  level: () => move(new Float64Array(DIGITS), EQUAL),
});

function build_logit_sliders({ root, get, set, follow }) {
  let now = computed(get("y"), get("label"));
  let words = "";
  let past = []; // the y before each step downhill, one after the other
  let own = false; // whether y is changed here

  const choose = (label) => set("label", label);
  const actions = actions_on({ now: () => now, past: () => past, move, say });
  const view = lay_out(root, { choose, ...actions });

  function say(text, before = []) {
    words = text;
    past = before;
    view.words.show(text);
    view.voice.say(text);
  }

  function move(next, text = "", before = []) {
    if (next.some(is_beyond)) return say(BEYOND, past);
    say(text, before);
    own = true;
    set("y", Array.from(next));
    own = false;
  }

  function draw() {
    now = computed(get("y"), get("label"));
    draw_all(view, now, [...past.map((y) => cross_entropy(y, [now.label])), now.loss]);
    const state = `Loss ${legible(now.loss)}, label ${now.label}, guess ${now.guess}.`;
    view.voice.say(`${words} ${state}`);
  }

  function begin_anew() {
    if (!own) say("");
    draw();
  }

  draw();
  for (const trait of ["y", "label"]) follow(trait, begin_anew);
  root.addEventListener("reset", begin_anew);
  return { y: outputs_from, label: number_to(DIGITS - 1) };
}

export default figure("logit-sliders", "Outputs, softmax and loss", build_logit_sliders);
