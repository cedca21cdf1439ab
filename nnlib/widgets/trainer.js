/** Train it here: the settings are the reader's, and a worker takes the steps. */

import {
  backward,
  cross_entropy,
  DIGITS,
  forward,
  generator,
  initialize,
  one_hot,
  PIXELS,
  permutation,
  predict,
  scale,
  update,
} from "./network.js";
import {
  announcer,
  button,
  choice,
  element,
  figure,
  fixed,
  folded_table,
  line_chart,
  unpack,
  weight_images,
} from "./parts.js";

/** The mean loss, and the fraction guessed right. */
export function examine({ y, ya }, labels) {
  const guess = (r) => predict(ya.subarray(r * DIGITS, (r + 1) * DIGITS));
  const right = labels.filter((label, r) => guess(r) === label);
  return [cross_entropy(y, labels), right.length / labels.length];
}

export function begin(random, start) {
  const { W1, W2, ...biases } = initialize(random),
    factor = { small: 1, zeros: 0, large: 10 }[start];
  const times = (weight) => factor * weight;
  return { W1: W1.map(times), W2: W2.map(times), ...biases };
}

/** A step in place on the chosen images; returns what examine says of them just before it. */
export function take_step(x, labels, chosen, parameters, rate) {
  const rows = new Float64Array(chosen.length * PIXELS),
    digits = chosen.map((i) => labels[i]);
  chosen.forEach((i, r) => rows.set(x.subarray(i * PIXELS, (i + 1) * PIXELS), r * PIXELS));
  const values = forward(rows, parameters);
  update(parameters, backward(values, one_hot(digits), parameters), rate);
  return examine(values, digits);
}

/** The worker: the first message starts it, the others bring a rate, or epochs to run. */
function train_when_told() {
  onmessage = ({
    data: [{ train_images, train_labels, val_images, val_labels }, rate, size, start, seed],
  }) => {
    const x = scale(train_images),
      val_x = scale(val_images),
      n = train_labels.length;
    const random = generator(seed),
      parameters = begin(random, start),
      steps = Math.ceil(n / size);
    let train = examine(forward(x, parameters), train_labels); // running means from now on
    let step = 0,
      goal = 0,
      working,
      order;

    function advance() {
      const at = (step % steps) * size;
      if (at === 0) order = permutation(n, random);
      const now = take_step(x, train_labels, order.slice(at, at + size), parameters, rate);
      step++;
      const part = Math.max(1 / step, Math.min(1, (5 * size) / n));
      train = train.map((mean, k) => mean + part * (now[k] - mean));
    }

    function turn() {
      // a fifth of an epoch at most
      const fifth = () => Math.floor((5 * step) / steps),
        begun = fifth();
      while (step < goal && fifth() === begun) advance();
      const epoch = Math.floor(step / steps) + ((step % steps) * size) / n;
      const numbers = [...train, ...examine(forward(val_x, parameters), val_labels)];
      working = step < goal;
      postMessage({ step, epoch, numbers, parameters, working });
      if (working) setTimeout(turn); // messages are heard in between
    }

    onmessage = ({ data }) => {
      if (data.rate) return (rate = data.rate);
      const unit = Math.max(1, data.epochs * steps);
      goal = data.epochs && step - (step % unit) + unit;
      if (!working) turn();
    };
    turn();
  };
}

/** How many hidden units there are of which no two are equal. */
export function different_units({ W1, b1, W2 }) {
  const incoming = (j) => W1.filter((_, place) => place % b1.length === j);
  const unit = (b, j) => String([b, incoming(j), W2.subarray(j * DIGITS, (j + 1) * DIGITS)]);
  return new Set(Array.from(b1, unit)).size;
}

/** The end of an axis, a round number of the value or more, and its marks. */
function reach(value) {
  const max = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000].find((end) => end >= value) ?? value;
  return { max, ticks: [0, 1, 2, 3, 4, 5].map((k) => Number(((k * max) / 5).toPrecision(2))) };
}

async function build_trainer({ root, get, set, follow, signal }) {
  const data = await unpack(get("_data")),
    n = data.train_labels.length;
  for (const part of ["train", "val"]) {
    const labels = data[`${part}_labels`],
      count = data[`${part}_images`].length / PIXELS;
    if (count !== labels.length) throw Error(`expected ${count} labels; found ${labels.length}`);
  }
  const script = get("_esm").replace(/^export (default )?/gm, ""); // file:// allows no module
  const code = `${script}\n${train_when_told.name}();`;
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const settings = {
    rate: ["learning rate", [0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 50]],
    batch_size: [`batch size, of ${n}`, [1, 8, 32, 128].filter((size) => size < n).concat(n)],
    start: ["start values", ["small", "zeros", "large"]],
    seed: ["seed", [...Array(10).keys()]],
  };
  let worker,
    latest,
    shown,
    frame,
    drawn = 0;

  const fields = Object.entries(settings).map(([name, [text, values]]) => {
    const field = choice(text, [], () => set(name, values[field.input.selectedIndex]));
    const show = () => {
      const value = get(name);
      if (!values.includes(value)) values.push(value);
      field.input.replaceChildren(
        ...values.map((one) => new Option(one, one, false, one === value)),
      );
    };
    show();
    follow(name, () => {
      show();
      if (name === "rate") worker.postMessage({ rate: get(name) });
      else if (!latest.step) reset();
    });
    return field;
  });
  const go = (epochs) => worker.postMessage({ epochs });
  const run = button("", () => go(latest.working ? 0 : 50));
  const lines = [element("p"), element("p")],
    facts = element("div"),
    hint = element("p");
  const epochs = { label: "epochs", min: 0 },
    losses = { label: "loss", min: 0 };
  const accuracies = { label: "accuracy", min: 0, max: 1.1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] };
  const charts = [line_chart(epochs, losses), line_chart(epochs, accuracies)];
  const units = weight_images(),
    voice = announcer(),
    table = folded_table("The curves as a table", [
      "epoch",
      "training loss",
      "accuracy",
      "validation loss",
      "accuracy",
    ]);
  root.append(
    element("div", { class: "nnlib-row" }, ...fields),
    element(
      "div",
      { class: "nnlib-row" },
      run,
      button("one epoch", () => go(1)),
      button("one step", () => go(1e-9)),
      button("reset", reset),
    ),
    hint,
    element(
      "div",
      { class: "nnlib-training" },
      element("div", {}, ...charts),
      element("div", {}, ...lines, facts, units),
    ),
    table,
    voice,
  );

  const words = (k) =>
    `${k ? "validation" : "training"}: ` +
    `loss ${fixed(latest.numbers[2 * k])}, accuracy ${fixed(latest.numbers[2 * k + 1])}`;

  function draw() {
    frame = 0;
    drawn = performance.now();
    const { step, epoch, parameters } = latest,
      now = `epoch ${fixed(epoch, 2)}`;
    const curve = (k) => ({ name: "", points: shown.map((one) => [one.epoch, one.numbers[k]]) });
    const losses_shown = shown.flatMap((one) => [one.numbers[0], one.numbers[2]]);
    const ends = [reach(Math.max(...losses_shown)), {}];
    lines.forEach((line, k) => (line.textContent = words(k)));
    charts.forEach((chart, k) =>
      chart.draw({
        lines: [curve(k), curve(k + 2)],
        text: `The ${k ? "accuracy" : "loss"} up to ${now}. Now ${words(0)}; ${words(1)}`,
        x: reach(Math.max(1, epoch)),
        y: ends[k],
      }),
    );
    facts.textContent =
      `Step ${step}, ${now}\nDifferent hidden units: ${different_units(parameters)} ` +
      `of ${parameters.b1.length}\nTheir weights, red above 0 and blue below:`;
    units.draw(parameters.W1, (j) => `The weights of hidden unit ${j} at ${now}`);
    table.draw(
      shown
        .filter((one) => one === latest || Number.isInteger(one.epoch))
        .map((one) => [fixed(one.epoch, 2), ...one.numbers.map((value) => fixed(value))]),
    );
  }

  function receive(report) {
    const { step, epoch, numbers, parameters, working } = report;
    run.disabled = !numbers.every(Number.isFinite);
    if (run.disabled) {
      worker.terminate();
      hint.textContent =
        "Stopped: the loss is no longer a number, as the rate was too large. " +
        "Reset and choose a smaller one.";
      return voice.say(hint.textContent);
    }
    const ended = !working || Math.floor(epoch) > Math.floor(latest.epoch); // a run or an epoch
    if (latest.step === step) shown.pop(); // a pause
    latest.parameters = null;
    shown.push((latest = report));
    run.textContent = working ? "pause" : `run to epoch ${50 * Math.floor(epoch / 50 + 1)}`;
    if (!working) {
      set("loss", numbers[2]);
      set("accuracy", numbers[3]);
      set("_found", parameters);
    }
    if (ended) voice.say(`Epoch ${fixed(epoch, 2)}. ${words(0)}; ${words(1)}`);
    if (calm.matches) ended && draw();
    else if (ended || performance.now() > drawn + 66) frame ||= requestAnimationFrame(draw);
  }

  function reset() {
    worker?.terminate();
    [worker, latest, shown] = [new Worker(address), {}, []];
    hint.textContent =
      "A new rate takes effect at once; batch size, start values and seed after a reset.";
    return new Promise((resolve, reject) => {
      worker.onerror = () =>
        reject(Error("expected a page that allows Web Workers; found another"));
      worker.onmessage = (event) => event.target === worker && resolve(receive(event.data));
      worker.postMessage([data, ...Object.keys(settings).map((name) => get(name))]);
    });
  }

  signal.addEventListener("abort", () => {
    worker.terminate();
    cancelAnimationFrame(frame);
    URL.revokeObjectURL(address);
  });
  await reset();
}

export default figure("trainer", "Train it here", build_trainer);
