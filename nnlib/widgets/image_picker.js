/** Pick a test image: the digit, the bar chart of the ten outputs, CORRECT or INCORRECT. */

import { DIGITS, forward, PIXELS, predict, scale } from "./network.js";
import {
  announcer,
  bars,
  button,
  choice,
  element,
  figure,
  fixed,
  folded_table,
  ink,
  labelled,
  picture,
  unpack,
  verdict,
} from "./parts.js";

const ALL = "all",
  MISTAKES = "mistakes";

async function build_image_picker({ root, get, set, follow }) {
  const { images, labels } = await unpack(get("_data"));
  const count = labels.length,
    whole = images instanceof Uint8Array;
  const image = (index) => images.subarray(index * PIXELS, (index + 1) * PIXELS);
  let parameters, guesses, shown; // shown: the numbers of the images to go through

  const number = labelled(
    `number, 0 to ${count - 1}`,
    element("input", { type: "number", min: 0, max: count - 1, required: true }),
  );
  const which = choice(
    "which images",
    [
      [ALL, "all"],
      [MISTAKES, "only mistakes"],
    ],
    () => set("show", which.input.value),
  );
  const digit = choice(
    "which digit",
    [[ALL, "any"], ...Array.from({ length: DIGITS }, (_, d) => [d, `only ${d}`])],
    select,
  );
  const previous = button("‹ previous", () => step(-1));
  const next = button("next ›", () => step(+1));
  const random = button("random", () => pick(shown[Math.floor(Math.random() * shown.length)]));
  const place = element("p");
  const paper = picture(),
    chart = bars("the ten outputs"),
    result = verdict(),
    voice = announcer();
  const caption = element("p");
  const numbers = folded_table("The ten outputs as a table", ["digit", "output"]);
  root.append(
    element("div", { class: "nnlib-row" }, number, previous, next, random),
    element("div", { class: "nnlib-row" }, which, digit),
    place,
    element("div", { class: "nnlib-side" }, element("div", {}, result, paper, caption), chart),
    numbers,
    voice,
  );
  number.input.addEventListener("change", () => {
    if (number.input.validity.valid) pick(number.input.valueAsNumber);
    else {
      voice.say(`expected a number from 0 to ${count - 1}`);
      number.input.reportValidity();
    }
  });

  const pick = (index) => set("index", index);

  function step(direction) {
    const index = get("index"),
      last = shown.length - 1;
    const beyond = direction > 0 ? shown.find((i) => i > index) : shown.findLast((i) => i < index);
    pick(beyond ?? shown[direction > 0 ? 0 : last]);
  }

  function select() {
    which.input.value = get("show");
    const wanted = (i) =>
      (which.input.value === ALL || guesses[i] !== labels[i]) &&
      (digit.input.value === ALL || labels[i] === Number(digit.input.value));
    shown = Array.from(labels.keys()).filter(wanted);
    for (const control of [previous, next, random]) control.disabled = shown.length === 0;
    if (shown.length && !shown.includes(get("index"))) pick(shown[0]);
    else draw();
  }

  function draw() {
    const index = get("index"),
      label = labels[index];
    const x = scale(image(index)),
      { ya } = forward(x, parameters),
      guess = predict(ya);
    number.input.value = index;
    const rank = shown.indexOf(index) + 1;
    place.textContent =
      shown.length === 0
        ? "No image is like this: choose others. The last one stays."
        : shown.length === count
          ? ""
          : `${rank || "–"} of ${shown.length} such images`;
    paper.draw(x, ink, `Test image ${index}, a handwritten ${label}`);
    chart.draw(ya, label);
    result.draw(guess, label);
    caption.textContent = `Label ${label}, guessed digit ${guess}`;
    numbers.draw(Array.from(ya, (value, d) => [String(d), fixed(value)]));
    voice.say(
      `Image ${index}: ${guess === label ? "correct" : "incorrect"}. Label ${label}, ` +
        `guessed digit ${guess}, with ${fixed(ya[guess])}. ${place.textContent}`,
    );
  }

  async function read_parameters() {
    parameters = await unpack(get("parameters"), "parameters");
    const { ya } = forward(scale(images), parameters);
    guesses = Array.from(labels.keys(), (i) => predict(ya.subarray(i * DIGITS, (i + 1) * DIGITS)));
    select();
  }

  await read_parameters();
  follow("parameters", read_parameters);
  follow("index", draw);
  follow("show", select);
}

export default figure("image-picker", "Pick a test image", build_image_picker);
