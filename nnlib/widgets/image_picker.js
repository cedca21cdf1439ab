/** Pick a test image: the digit, the bar chart of the ten outputs, CORRECT or INCORRECT. */

import { DIGITS, forward, PIXELS, predict, predict_all, row_at, scale } from "./network.js";
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
  note,
  picture,
  unpack,
  verdict,
  whole_number,
} from "./parts.js";

const ALL = "all";
const MISTAKES = "mistakes";
const NO_IMAGE = "No image is like this: choose others. The last one stays.";

function lay_out(root, count, { pick, step, pick_any, show, select }) {
  const voice = announcer();
  const number = whole_number(`number, 0 to ${count - 1}`, pick, voice.say);
  const buttons = [
    button("‹ previous", () => step(-1)),
    button("next ›", () => step(+1)),
    button("random", pick_any),
  ];
  const kinds = [
    [ALL, "all"],
    [MISTAKES, "only mistakes"],
  ];
  const digits = Array.from({ length: DIGITS }, (_, digit) => [digit, `only ${digit}`]);
  const which = choice("which images", kinds, () => show(which.input.value));
  const digit = choice("which digit", [[ALL, "any"], ...digits], select);
  const place = note(NO_IMAGE);
  const result = verdict();
  const paper = picture();
  const caption = element("p");
  const chart = bars("the ten outputs");
  const numbers = folded_table("The ten outputs as a table", ["digit", "output"]);
  number.input.max = count - 1;
  root.append(
    box("row", number, ...buttons),
    box("row", which, digit),
    place,
    box("side", element("div", {}, result, paper, caption), chart),
    numbers,
    voice,
  );
  return { number, buttons, which, digit, place, result, paper, caption, chart, numbers, voice };
}

/** Which of the chosen images this is; one that was set in Python need not be among them. */
function place_among(chosen, index, count) {
  if (chosen.length === 0) return NO_IMAGE;
  const kind = chosen.length === count ? "" : "such ";
  return `${chosen.indexOf(index) + 1 || "–"} of ${chosen.length} ${kind}images`;
}

/** The number after index among rising ones, or before it; beyond the last comes the first. */
function next_of(chosen, index, direction) {
  const beyond = (i) => direction * (i - index) > 0;
  if (direction > 0) return chosen.find(beyond) ?? chosen.at(0);
  return chosen.findLast(beyond) ?? chosen.at(-1);
}

function draw_image(view, { index, label, place, x, ya }) {
  const guess = predict(ya);
  view.number.input.value = index;
  view.place.show(place);
  view.paper.draw(x, ink, `Test image ${index}, a handwritten ${label}`);
  view.chart.draw(ya, label);
  view.result.draw(guess, label);
  view.caption.textContent = `Label ${label}, guessed digit ${guess}`;
  view.numbers.draw(Array.from(ya, (value, digit) => [String(digit), fixed(value)]));
  const word = guess === label ? "correct" : "incorrect";
  const guessed = `Label ${label}, guessed digit ${guess}, with ${fixed(ya[guess])}`;
  view.voice.say(`Image ${index}: ${word}. ${guessed}. ${place}`);
}

async function build_image_picker({ root, get, set, follow }) {
  const { images, labels } = await unpack(get("_data"));
  const count = labels.length;
  const pick = (index) => set("index", index);
  const step = (direction) => pick(next_of(chosen, get("index"), direction));
  const pick_any = () => pick(chosen[Math.floor(Math.random() * chosen.length)]);
  const show = (which) => set("show", which);
  const view = lay_out(root, count, { pick, step, pick_any, show, select });
  let parameters;
  let guesses;
  let chosen; // the numbers of the images to go through

  function select() {
    const [which, digit] = [get("show"), view.digit.input.value];
    const wanted = (label, i) =>
      (which === ALL || guesses[i] !== label) && (digit === ALL || label === Number(digit));
    chosen = [...labels.keys()].filter((i) => wanted(labels[i], i));
    view.which.input.value = which;
    for (const one of view.buttons) one.disabled = chosen.length === 0;
    if (chosen.length && !chosen.includes(get("index"))) pick(chosen[0]);
    else draw();
  }

  function draw() {
    const index = get("index");
    const { x, ya } = forward(scale(row_at(images, index, PIXELS)), parameters);
    const place = place_among(chosen, index, count);
    draw_image(view, { index, label: labels[index], place, x, ya });
  }

  async function read_parameters() {
    parameters = await unpack(get("parameters"), "parameters");
    guesses = predict_all(forward(scale(images), parameters).ya);
    select();
  }

  await read_parameters();
  follow("parameters", read_parameters);
  follow("index", draw);
  follow("show", select);
}

export default figure("image-picker", "Pick a test image", build_image_picker);
