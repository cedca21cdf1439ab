/** The checkpoints of a training: weights, accuracy and loss, with hidden units to switch off. */

import { affine, cross_entropy, DIGITS, PIXELS, predict, scale, sigmoid } from "./network.js";
import {
  announcer,
  box,
  button,
  element,
  figure,
  fixed,
  folded_table,
  line_chart,
  picture,
  signed,
  slider,
  unpack,
} from "./parts.js";

async function build_time_machine({ root, get, set, follow, signal }) {
  const { images, labels, steps, checkpoints: sent } = await unpack(get("_data"));
  const epochs = get("_epochs"),
    last = epochs.length - 1,
    x = scale(images);
  const checkpoints = epochs.map((_, i) => {
    const { W1: levels, b1, W2, b2 } = sent[i],
      W1 = Float64Array.from(levels, (level) => level * steps[i]);
    if (
      x.length !== PIXELS * labels.length ||
      W1.length !== PIXELS * b1.length ||
      W2.length !== DIGITS * b1.length
    ) {
      throw Error("expected a label for each image, and all the weights; found others");
    }
    return { W1, ha: sigmoid(affine(x, W1, b1)), W2, b2 };
  });

  /** Accuracy, loss and the accuracy for each digit at every checkpoint, without some units. */
  const measure = (off) =>
    checkpoints.map(({ ha, W2, b2 }) => {
      const rest = W2.slice(); // a row of 0 does to y what ha = 0 would
      for (const j of off) rest.fill(0, j * DIGITS, (j + 1) * DIGITS);
      const y = affine(ha, rest, b2),
        all = Array(DIGITS).fill(0),
        right = all.slice();
      labels.forEach((label, r) => {
        all[label]++;
        right[label] += predict(y.subarray(r * DIGITS, (r + 1) * DIGITS)) === label;
      });
      const accuracy = right.reduce((sum, found) => sum + found) / labels.length;
      return {
        accuracy,
        loss: cross_entropy(y, labels),
        digits: right.map((found, d) => found / all[d]),
      };
    });
  const whole = measure([]),
    limit = Math.max(...steps) * 16384; // half of the largest weight
  let index, off, scores, timer;

  const show = (i) => epochs[i],
    moment = slider("epoch", { min: 0, max: last, value: last, show }, go);
  const play = button("play", () => {
    if (timer) return pause();
    timer = setInterval(() => (index < last ? set("index", index + 1) : pause()), 900);
    play.textContent = "pause";
    if (index === last) set("index", 0);
  });
  play.hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const units = Array.from(sent[0].b1, (_, j) => {
    const flip = () =>
      set(
        "off",
        [...units.keys()].filter((k) => off.includes(k) !== (k === j)),
      );
    const unit = button(picture(), flip, { class: "nnlib-unit", "aria-label": `unit ${j} off` });
    unit.append(`unit ${j}`);
    return unit;
  });
  const result = box("verdict"),
    state = box("state"),
    digits = box("digits"),
    voice = announcer();
  const ticks = [...epochs.keys()].filter((i) => (last - i) % Math.ceil(last / 6) === 0);
  const x_axis = { label: "epoch", min: 0, max: last, ticks, show },
    loss_axis = { label: "loss", min: 0 };
  const charts = {
    accuracy: line_chart(x_axis, {
      label: "accuracy",
      min: 0,
      max: 1.1,
      ticks: [0, 0.25, 0.5, 0.75, 1],
    }),
    loss: line_chart(x_axis, loss_axis),
  };
  const numbers = folded_table("All checkpoints as a table", ["epoch", "accuracy", "loss"]);
  root.append(
    box(
      "row nnlib-time",
      moment,
      button("‹ previous", () => go(index - 1)),
      play,
      button("next ›", () => go(index + 1)),
    ),
    result,
    box(
      "row nnlib-time",
      state,
      button("all on", () => set("off", [])),
    ),
    box("panes", box("units", ...units), box("charts", charts.accuracy, charts.loss)),
    "Accuracy for each digit",
    digits,
    numbers,
    voice,
  );

  function pause() {
    timer = clearInterval(timer);
    play.textContent = "play";
  }

  function go(i) {
    pause();
    if (i in epochs) set("index", i);
  }

  function draw() {
    if (off !== get("off")) scores = measure((off = get("off")));
    index = get("index");
    const now = scores[index],
      all = whole[index];
    moment.set(index);
    units.forEach((unit, j) => {
      const weights = checkpoints[index].W1.filter((_, i) => i % units.length === j);
      unit.firstChild.draw(weights, (weight) => signed(weight, limit), `weights of unit ${j}`);
      unit.setAttribute("aria-pressed", off.includes(j));
    });
    const text = (score) => `accuracy ${fixed(score.accuracy)}, loss ${fixed(score.loss)}`;
    result.textContent = `Epoch ${epochs[index]}: ${text(now)}`;
    state.textContent = off.length
      ? `Units off: ${off.join(", ")}. With all units (dashed): ${text(all)}.`
      : "All units are on. Press one to switch it off.";
    const max = Math.ceil(Math.max(...scores.concat(whole).map(({ loss }) => loss)));
    const ends = { max, ticks: [0, max / 2, max] };
    for (const name in charts) {
      const line = (values) => ({ name: "", points: values.map((score, i) => [i, score[name]]) });
      charts[name].draw({
        lines: [line(scores), line(whole)],
        text: `${name} at each epoch`,
        marker: [index, now[name]],
        y: name === "loss" ? ends : {},
      });
    }
    digits.replaceChildren(
      ...now.digits.map((part, d) =>
        element(
          "span",
          { style: `--now: ${part}; --all: ${all.digits[d]}` },
          element("b", {}, `${d}`),
          ` ${isNaN(part) ? "–" : fixed(part, 2)} `,
        ),
      ),
    );
    numbers.draw(scores.map(({ accuracy, loss }, i) => [epochs[i], fixed(accuracy), fixed(loss)]));
    if (!timer) voice.say(`${result.textContent}. ${state.textContent}`);
  }

  draw();
  for (const trait of ["index", "off"]) follow(trait, draw);
  signal.addEventListener("abort", pause);
}

export default figure("time-machine", "Time machine", build_time_machine);
