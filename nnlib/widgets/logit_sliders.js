/** Ten outputs y as sliders: their softmax ya, the cross entropy, and its gradient dy. */

import { cross_entropy, DIGITS, one_hot, predict, softmax } from "./network.js";
import {
  announcer,
  button,
  choice,
  element,
  figure,
  fixed,
  folded_table,
  slider,
  verdict,
} from "./parts.js";

const END = 20; // of a slider

/** Four decimals, or a power of ten where these would hide the number. */
function legible(value) {
  const tiny = value && Math.abs(value) < 0.001;
  return tiny ? value.toExponential(1).replaceAll("-", "−") : fixed(value, 4);
}

function build_logit_sliders({ root, get, set, follow }) {
  const start = get("_start");
  let y,
    label,
    dy,
    loss,
    steps = 0;

  function read() {
    y = get("y");
    label = get("label");
    const inside = (value) => Number.isFinite(value) && Math.abs(value) <= END;
    if (y?.length !== DIGITS || !y.every(inside) || !(label in y)) {
      throw Error(
        `expected ten y from −${END} to ${END} and a label in 0..9; found ${y} and ${label}`,
      );
    }
    y = Float64Array.from(y);
  }
  read();

  const which = choice(
    "label",
    Array.from(y.keys(), (digit) => [digit, digit]),
    () => {
      say("");
      set("label", Number(which.input.value));
    },
  );
  const formula = element("p", { class: "nnlib-loss" }),
    result = verdict();
  const note = element("p"),
    voice = announcer();
  const numbers = folded_table("The ten outputs as a table", ["digit", "y", "ya", "t", "dy"]);
  const line = (kind, ...cells) => element("div", { class: `nnlib-logit ${kind}` }, ...cells);
  const rows = Array.from(y.keys(), (k) => {
    const range = { min: -END, max: END, step: 0.1, value: y[k], show: () => fixed(y[k], 2) };
    const control = slider(`y${k}`, range, (moved) => move(y.with(k, moved)));
    const cells = ["way", "share", "ya", "t", "slope", "dy"].map((kind) =>
      element("span", { class: `nnlib-${kind}` }),
    );
    return [line("", control, ...cells), control, cells];
  });
  const head = ["", "", "y", "", "ya = softmax(y)", "", "t", "dy = ya − t"].map((text) =>
    element("span", {}, text),
  );
  root.append(
    element("div", { class: "nnlib-row" }, which, formula, result),
    line("nnlib-head", ...head),
    ...rows.map(([node]) => node),
    element("p", {}, "◂ ▸ where a step downhill moves y"),
    element(
      "div",
      { class: "nnlib-row" },
      button("one step downhill: y − dy", downhill),
      button("add 1 to all", () =>
        move(
          y.map((old) => old + 1),
          "All y are 1 larger; ya, L and dy are what they were.",
        ),
      ),
      button("all equal", () =>
        move(
          y.map(() => 0),
          "All y are 0: each ya is 1/10, and L = log 10.",
        ),
      ),
      button("back to the start", () => {
        set("label", start.label);
        move(start.y, "Back at the start.");
      }),
    ),
    note,
    numbers,
    voice,
  );

  function say(text, count = 0) {
    voice.say((note.textContent = text));
    steps = count;
  }

  function move(next, text = "", count = 0) {
    if (next.some((value) => Math.abs(value) > END))
      return say(`Nothing changed: a y would go beyond ±${END}.`);
    say(text, count);
    set("y", Array.from(next));
  }

  function downhill() {
    const next = y.map((old, k) => old - dy[k]),
      then = legible(cross_entropy(next, [label]));
    move(
      next,
      `Step ${steps + 1} downhill, rate 1: L went from ${legible(loss)} to ${then}.`,
      steps + 1,
    );
  }

  function draw() {
    read();
    const ya = softmax(y),
      t = one_hot([label]),
      guess = predict(ya);
    dy = ya.map((share, k) => share - t[k]);
    loss = cross_entropy(y, [label]);
    which.input.value = label;
    const share = ya[label].toPrecision(5).replace("-", "−");
    formula.textContent = `L = −log ya[${label}] = −log ${share} = `;
    formula.append(element("b", {}, legible(loss)));
    result.draw(guess, label);
    numbers.draw(
      rows.map(([node, control, cells], k) => {
        const shown = [legible(ya[k]), t[k], legible(dy[k])];
        control.set(y[k]);
        node.classList.toggle("nnlib-label", k === label);
        node.classList.toggle("nnlib-below", dy[k] < 0);
        node.style.cssText = `--ya: ${ya[k]}; --dy: ${dy[k]}`;
        [2, 3, 5].forEach((place, i) => (cells[place].textContent = shown[i]));
        return [k, fixed(y[k], 4), ...shown];
      }),
    );
    voice.say(`${note.textContent} Loss ${legible(loss)}, label ${label}, guess ${guess}.`);
  }

  draw();
  follow("y", draw);
  follow("label", draw);
}

export default figure("logit-sliders", "Outputs, softmax and loss", build_logit_sliders);
