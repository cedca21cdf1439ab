/** Train it here: the settings are the reader's, and a worker takes the steps. */

import { line_chart } from "./chart.js";
import {
  backward,
  column_at,
  cross_entropy,
  DIGITS,
  forward,
  generator,
  initialize,
  one_hot,
  PIXELS,
  permutation,
  predict_all,
  row_at,
  scale,
  update,
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
  number_to,
  one_of,
  picture,
  signed,
  table_of,
  unpack,
} from "./parts.js";

const FACTORS = { small: 1, zeros: 0, large: 10 };
const RATES = [0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 50];
const SIZES = [1, 8, 32, 128];
const ROUND = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000];
const PARTS = ["training", "validation"];
const RUN = ["rate", "batch", "start", "seed", "epochs", "loss", "accuracy"];
const ANEW = ["batch_size", "start", "seed"]; // what takes effect with a reset

const WHEN = "A new rate takes effect at once; batch size, start values and seed after a reset.";
const WAITS = "What you have chosen waits: press reset, and the training begins with it.";
const CALM = "It trains. The curves are drawn at the end, so that nothing moves.";
const STOPPED =
  "Stopped: the loss is no longer a number, as the rate was too large. " +
  "Reset and choose a smaller one.";

/** The mean loss, and the fraction guessed right. */
function scores({ y, ya }, labels) {
  const right = predict_all(ya).filter((guess, r) => guess === labels[r]);
  return [cross_entropy(y, labels), right.length / labels.length];
}

export function start_values(random, start) {
  const { W1, W2, ...biases } = initialize(random);
  const times = (weight) => FACTORS[start] * weight;
  return { W1: W1.map(times), W2: W2.map(times), ...biases };
}

/** A step in place on the chosen images; returns their scores just before it. */
export function take_step(x, labels, chosen, parameters, rate) {
  const rows = new Float64Array(chosen.length * PIXELS);
  chosen.forEach((i, r) => {
    rows.set(row_at(x, i, PIXELS), r * PIXELS);
  });
  const digits = chosen.map((i) => labels[i]);
  const values = forward(rows, parameters);
  update(parameters, backward(values, one_hot(digits), parameters), rate);
  return scores(values, digits);
}

/** A training from its start: .advance(rate) takes a step, .report() tells where it stands. */
function training_of({ data, batch_size: size, start, seed }) {
  const labels = data.train_labels;
  const x = scale(data.train_images);
  const val_x = scale(data.val_images);
  const n = labels.length;
  const steps = Math.ceil(n / size); // of an epoch
  const random = generator(seed);
  const parameters = start_values(random, start);
  const training = { step: 0, steps, advance, report };
  let means = scores(forward(x, parameters), labels); // running ones from now on
  let order;

  function advance(rate) {
    const at = (training.step % steps) * size;
    if (at === 0) order = permutation(n, random);
    const now = take_step(x, labels, order.slice(at, at + size), parameters, rate);
    training.step++;
    const part = Math.max(1 / training.step, Math.min(1, (5 * size) / n));
    means = means.map((mean, k) => mean + part * (now[k] - mean));
  }

  function report() {
    const { step } = training;
    const epoch = Math.floor(step / steps) + ((step % steps) * size) / n;
    const numbers = [...means, ...scores(forward(val_x, parameters), data.val_labels)];
    return { step, steps, epoch, numbers, parameters };
  }

  return training;
}

/**
 * The worker, which hears {start}, what training_of takes, for a new training; {rate} of the steps
 * from now on; and {run}, to take steps up to the next multiple of run, or to pause, which is 0.
 */
function train_when_told() {
  let training;
  let rate;
  let goal = 0;
  let working = false;

  function work_on() {
    const fifth = () => Math.floor((5 * training.step) / training.steps); // of an epoch
    const begun = fifth();
    while (training.step < goal && fifth() === begun) training.advance(rate);
    working = training.step < goal;
    postMessage({ ...training.report(), rate, working });
    if (working) setTimeout(work_on); // messages are heard in between
  }

  self.onmessage = ({ data: { start, rate: new_rate, run } }) => {
    if (start) training = training_of(start);
    if (new_rate) rate = new_rate;
    if (run === undefined) return;
    goal = run && training.step - (training.step % run) + run;
    if (!working) work_on();
  };
}

/** The address of the worker's script: the page's own, classic, as file:// allows no module. */
function worker_address(script) {
  const classic = script.replace(/^export (default )?/gm, "");
  const code = `${classic}\n${train_when_told.name}();\n`;
  return URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
}

/** How many hidden units there are of which no two are equal. */
function different_units({ W1, b1, W2 }) {
  const unit = (b, j) => String([b, column_at(W1, j, b1.length), row_at(W2, j, DIGITS)]);
  return new Set(Array.from(b1, unit)).size;
}

/** The end of an axis, a round number of the value or more, and its marks. */
function reach(value) {
  const max = ROUND.find((end) => end >= value) ?? value;
  return { max, ticks: [0, 1, 2, 3, 4, 5].map((k) => Number(((k * max) / 5).toPrecision(2))) };
}

function checked(data) {
  for (const part of ["train", "val"]) {
    const labels = data[`${part}_labels`].length;
    const count = data[`${part}_images`].length / PIXELS;
    if (count !== labels) throw Error(`expected ${count} labels; found ${labels}`);
  }
  return data;
}

function rate_from(text) {
  const rate = number_from(text);
  if (rate > 0 && rate < Infinity) return rate;
  throw Error(`expected a rate above 0; found ${text}`);
}

/** A choice of a trait's values; what was set in Python and is not among them joins them. */
function setting(name, text, values, { get, set, follow }) {
  const field = choice(text, [], () => set(name, values[field.input.selectedIndex]));
  const show = () => {
    const value = get(name);
    if (!values.includes(value)) values.push(value);
    const options = values.map((one) => new Option(one, one, false, one === value));
    field.input.replaceChildren(...options);
  };
  show();
  follow(name, show);
  return field;
}

const settings_of = (get) => Object.fromEntries(["rate", ...ANEW].map((name) => [name, get(name)]));

/** Has the reader chosen what the training, which is on its way, does not yet go by? */
const waiting_for = ({ latest, settings }, get) =>
  latest.step > 0 && ANEW.some((name) => get(name) !== settings[name]);

const settings = (n, traits) => [
  setting("rate", "learning rate", [...RATES], traits),
  setting("batch_size", `batch size, of ${n}`, [...SIZES.filter((size) => size < n), n], traits),
  setting("start", "start values", Object.keys(FACTORS), traits),
  setting("seed", "seed", [...Array(10).keys()], traits),
];

/** The incoming weights of each hidden unit as an image: .draw(W1, epoch). */
function weight_images(hidden = 16) {
  const images = Array.from({ length: hidden }, () => picture());
  const node = box("units", ...images);
  node.draw = (W1, epoch) => {
    const limit = W1.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / 2;
    images.forEach((image, j) => {
      const text = `The weights of hidden unit ${j} at epoch ${fixed(epoch, 2)}`;
      image.draw(column_at(W1, j, hidden), (weight) => signed(weight, limit), text);
    });
  };
  return node;
}

function lay_out(root, fields, { run, run_epoch, run_step, reset }) {
  const head = ["epoch", "training loss", "accuracy", "validation loss", "accuracy"];
  const axis = { label: "epochs", min: 0 };
  const shares = { label: "accuracy", min: 0, max: 1.1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] };
  const run_button = button("", run, { class: "nnlib-run" });
  const view = {
    run: run_button,
    goes_on: [run_button, button("one epoch", run_epoch), button("one step", run_step)],
    hint: note(STOPPED),
    charts: [line_chart(axis, { label: "loss", min: 0 }), line_chart(axis, shares)],
    now: table_of(["images", "loss", "accuracy"]),
    facts: box("facts"),
    units: weight_images(),
    runs: list_of_runs(),
    reset: button("reset", reset, { class: "nnlib-reset" }),
    table: folded_table("The curves as a table", head),
    voice: announcer(),
  };
  root.append(
    box("row", ...fields),
    box("row", ...view.goes_on, view.reset),
    view.hint,
    box(
      "training",
      element("div", {}, ...view.charts),
      element("div", {}, view.now, view.facts, view.units),
    ),
    view.runs,
    view.table,
    view.voice,
  );
  return view;
}

/** The runs before this one: .keep(record) adds it, if it has run, and .forget() them all. */
function list_of_runs() {
  const table = table_of(RUN);
  const text = "Earlier runs, the latest first: their validation loss and accuracy at the end";
  const attributes = { class: "nnlib-runs", tabindex: 0, role: "group", "aria-label": text };
  const caption = element("caption", {}, `${text}. In the charts the latest is grey.`);
  const node = element("div", attributes, table);
  let rows;
  const show = (runs, ghost) => {
    rows = runs;
    node.ghost = ghost; // the points of the latest
    table.draw(rows);
  };
  table.prepend(caption);
  node.forget = () => show([], []);
  node.keep = ({ latest, stopped, rates, settings: { batch_size, start, seed }, points }) => {
    if (!latest.step) return;
    const rate = [...rates].join("→");
    const scores = latest.numbers.slice(2).map((value) => (stopped ? "–" : fixed(value)));
    show([[rate, batch_size, start, seed, fixed(latest.epoch, 1), ...scores], ...rows], points);
  };
  node.forget();
  return node;
}

/** The loss and the accuracy of training, k = 0, or validation, k = 1. */
const pair_of = (numbers, k) => [fixed(numbers[2 * k]), fixed(numbers[2 * k + 1])];

function words(numbers) {
  const [train, val] = [pair_of(numbers, 0), pair_of(numbers, 1)];
  return (
    `training: loss ${train[0]}, accuracy ${train[1]}; ` +
    `validation: loss ${val[0]}, accuracy ${val[1]}`
  );
}

function facts_of({ step, epoch, parameters }) {
  return (
    `Step ${step}, epoch ${fixed(epoch, 2)}\n` +
    `Different hidden units: ${different_units(parameters)} of ${parameters.b1.length}\n` +
    "(equal ones get equal steps, and stay equal)\n" +
    "Their weights, red above 0 and blue below:"
  );
}

function draw_charts([losses, accuracies], points, ghost) {
  const { epoch, numbers } = points.at(-1);
  const all = [...ghost, ...points];
  const x = reach(Math.max(1, ...all.map((one) => one.epoch)));
  const y = reach(Math.max(...all.flatMap((one) => [one.numbers[0], one.numbers[2]])));
  const line = (of, k, kind) => {
    return { name: "", kind, points: of.map((one) => [one.epoch, one.numbers[k]]) };
  };
  const before = (k) =>
    ghost.length ? [line(ghost, k, "ghost"), line(ghost, k + 2, "ghost-1")] : [];
  const lines = (k) => [...before(k), line(points, k, 0), line(points, k + 2, 1)];
  const text = (name) => `The ${name} up to epoch ${fixed(epoch, 2)}. Now ${words(numbers)}`;
  losses.draw({ lines: lines(0), text: text("loss"), x, y });
  accuracies.draw({ lines: lines(1), text: text("accuracy"), x });
}

function draw_training(view, { latest, points }) {
  const { epoch, numbers, parameters } = latest;
  const shown = points.filter((one) => one.epoch === epoch || Number.isInteger(one.epoch));
  draw_charts(view.charts, points, view.runs.ghost);
  view.now.draw(PARTS.map((part, k) => [part, ...pair_of(numbers, k)]));
  view.facts.textContent = facts_of(latest);
  view.units.draw(parameters.W1, epoch);
  view.table.draw(shown.map((one) => [fixed(one.epoch, 2), ...one.numbers.map((v) => fixed(v))]));
}

/** All but the numbers: what can be pressed, and what is to be known. */
function show_state(view, { latest: { working, epoch = 0 }, stopped }, waits) {
  const next = 50 * Math.floor(epoch / 50 + 1);
  view.run.textContent = working ? "pause" : `run to epoch ${next}`;
  for (const one of view.goes_on) one.disabled = stopped;
  view.hint.classList.toggle("nnlib-stopped", stopped);
  view.reset.classList.toggle("nnlib-due", stopped || waits);
  const usual = working && CALMLY.matches ? CALM : WHEN;
  const hint = [stopped && STOPPED, waits && WAITS, usual].find(Boolean);
  view.hint.show(hint);
  if (hint !== usual) view.voice.say(hint);
}

const CALMLY = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)"); // not in a worker

/** Calls draw at most 15 times a second, or when all rests if nothing shall move by itself. */
function painter(draw) {
  let frame;
  let drawn = 0;

  function paint() {
    frame = 0;
    drawn = performance.now();
    draw();
  }

  return {
    ask(ended, working) {
      if (CALMLY.matches) return working || paint();
      if (ended || performance.now() > drawn + 66) frame ||= requestAnimationFrame(paint);
    },
    stop() {
      frame = cancelAnimationFrame(frame);
    },
  };
}

/** A worker that has heard its first message; .started is settled once it answers, or fails. */
function start_worker(address, first, receive) {
  const worker = new Worker(address);
  const started = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(receive(data));
    worker.onerror = () => reject(Error("expected a page that allows Web Workers; found another"));
  });
  worker.postMessage(first);
  return {
    started,
    hear: (message) => worker.postMessage(message),
    end() {
      worker.onmessage = null; // what it has sent already comes too late
      worker.terminate();
    },
  };
}

/**
 * The settings of a training, and what a worker reported of it: the latest, and the epoch and the
 * numbers of each as points.
 */
function new_record(settings) {
  const record = { settings, rates: new Set(), latest: {}, points: [], add };

  function add(report) {
    const { step, epoch, numbers, rate } = report;
    record.stopped = !numbers.every(Number.isFinite);
    if (record.stopped) return true;
    const ended = !report.working || Math.floor(epoch) > Math.floor(record.latest.epoch);
    if (step === record.latest.step)
      record.points.pop(); // a pause
    else if (step) record.rates.add(rate);
    record.points.push({ epoch, numbers });
    record.latest = report;
    return ended; // a run or an epoch
  }

  return record;
}

function tell_kernel(set, { numbers, parameters }) {
  set("loss", numbers[2]);
  set("accuracy", numbers[3]);
  set("_trained", parameters);
}

/** What a link says of the settings. */
const linked = (n) => ({
  rate: rate_from,
  batch_size: number_to(n, 1),
  start: one_of(...Object.keys(FACTORS)),
  seed: number_to(2 ** 32 - 1),
});

/** The training that the reader has begun last, in a worker: what it reports is shown. */
function session_of(view, data, { get, set }) {
  const address = worker_address(get("_esm"));
  const { ask, stop } = painter(() => draw_training(view, record));
  let worker;
  let record;

  const show = () => show_state(view, record, waiting_for(record, get));

  function receive(report) {
    const ended = record.add(report);
    show();
    if (record.stopped) return worker.end();
    if (!report.working) tell_kernel(set, report);
    if (ended) view.voice.say(`Epoch ${fixed(report.epoch, 2)}. ${words(report.numbers)}`);
    ask(ended, report.working);
  }

  function reset() {
    worker?.end();
    stop();
    if (record) view.runs.keep(record);
    record = new_record(settings_of(get));
    const { rate, ...start } = record.settings;
    worker = start_worker(address, { start: { data, ...start }, rate, run: 0 }, receive);
    return worker.started;
  }

  return {
    reset,
    // A press right after a reset waits for its first report.
    run: (steps) => worker.started.then(() => worker.hear({ run: steps(record.latest) })),
    change_rate: () => worker.hear({ rate: get("rate") }),
    change_start: () => (record.latest.step ? show() : reset()),
    end() {
      worker.end();
      stop();
      URL.revokeObjectURL(address);
    },
  };
}

async function build_trainer({ root, get, set, follow, signal }) {
  const data = checked(await unpack(get("_data")));
  const n = data.train_labels.length;
  const view = lay_out(root, settings(n, { get, set, follow }), {
    run: () => session.run(({ working, steps }) => (working ? 0 : 50 * steps)),
    run_epoch: () => session.run(({ steps }) => steps),
    run_step: () => session.run(() => 1),
    reset: () => session.reset(),
  });
  const session = session_of(view, data, { get, set });
  follow("rate", session.change_rate);
  for (const name of ANEW) follow(name, session.change_start);
  root.addEventListener("reset", () => {
    session.reset();
    view.runs.forget();
  });
  signal.addEventListener("abort", session.end);
  await session.reset();
  return linked(n);
}

export default figure("trainer", "Train it here", build_trainer);
