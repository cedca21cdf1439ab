/** Pick a test image: the digit, the bar chart of the ten outputs, CORRECT or INCORRECT. */

import { drawn_from, from_text, words_on_drawn } from "./drawn.js";
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
  labelled,
  note,
  number_to,
  one_of,
  picture,
  unpack,
  verdict,
  whole_number,
} from "./parts.js";

const ALL = "all";
const MISTAKES = "mistakes";
const NO_IMAGE = "No image is like this: choose others. The last one stays.";
const WHY = "You say which digit it is before you see what the network says.";
const OWN = "Your own digit";
const ASKED = "Which digit is it? Press its button, or its key.";

const every_digit = (make) => Array.from({ length: DIGITS }, (_, digit) => make(digit));

function lay_out(root, count, { set, pick, step, pick_any, select, read }) {
  const voice = announcer();
  const number = whole_number(`number, 0 to ${count - 1}`, pick, voice.say);
  const next = button("next ›", () => step(+1));
  const buttons = [button("‹ previous", () => step(-1)), next, button("random", pick_any)];
  const kinds = [
    [ALL, "all"],
    [MISTAKES, "only mistakes"],
  ];
  const digits = every_digit((digit) => [digit, `only ${digit}`]);
  const which = choice("which images", kinds, () => set("show", which.input.value));
  const digit = choice("which digit", [[ALL, "any"], ...digits], select);
  const place = note(NO_IMAGE);
  const first = switch_to((on) => set("guess_first", on), count);
  const result = verdict();
  const paper = picture();
  const caption = note("Label 0, guessed digit 0");
  const chart = bars("the ten outputs");
  const keys = digit_keys(root, read);
  const numbers = folded_table("The ten outputs as a table", ["digit", "output"]);
  number.input.max = count - 1;
  root.addEventListener("reset", () => {
    digit.input.value = ALL;
    select();
  });
  root.append(
    box("row", number, ...buttons),
    box("row", which, digit),
    place,
    box("row", first, first.tally),
    box("side", element("div", {}, result, paper, caption), box("outputs", chart, keys)),
    numbers,
    voice,
  );
  const controls = { number, buttons, next, which, digit, first, keys };
  return { ...controls, place, result, paper, caption, chart, numbers, voice };
}

/** The switch that lets the reader read first, with .tally for how it went. */
function switch_to(turn, count) {
  const input = element("input", { type: "checkbox", onchange: () => turn(input.checked) });
  const node = labelled("read it yourself first", input);
  const longest = { right: count, network: count, count };
  node.tally = note(words_on_reading({ said: 0, guess: 0, label: 1 }, longest));
  return node;
}

/** Ten buttons, and keys while the focus is in the figure, by which the reader says a digit. */
function digit_keys(root, read) {
  const node = box("keys");
  const attributes = (digit) => ({ "aria-label": `I read ${digit}` });
  node.append(...every_digit((digit) => button(digit, () => read(digit), attributes(digit))));
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", "the digit that you read");
  root.addEventListener("keydown", ({ key, target, ctrlKey, altKey, metaKey }) => {
    const means_other = ctrlKey || altKey || metaKey || target.matches("select, [type=number]");
    if (/^\d$/.test(key) && !means_other) read(Number(key));
  });
  return node;
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

/** How the reader and the network read an image, and how many of all that both have read. */
function words_on_reading({ said, guess, label }, { right, network, count }) {
  const marked = (digit) => `${digit} ${digit === label ? "✓" : "✗"}`;
  const both = `You read ${marked(said)}, the network ${marked(guess)}.`;
  return `${both} Right so far: you ${right} of ${count}, the network ${network} of ${count}.`;
}

/** What the reader has said of images before he saw what the network says. */
function readings(labels, get) {
  const digits = new Map(); // by the numbers of the images
  const is_first = () => Boolean(get("guess_first")) && !get("drawn");
  const is_asked = () => is_first() && !digits.has(get("index"));
  const count_right = (read) => [...digits.keys()].filter((i) => read(i) === labels[i]).length;
  return {
    say: (digit) => is_asked() && digits.set(get("index"), digit),
    on(index, guesses) {
      const right = count_right((i) => digits.get(i));
      const network = count_right((i) => guesses[i]);
      const three = { said: digits.get(index), guess: guesses[index], label: labels[index] };
      const words = words_on_reading(three, { right, network, count: digits.size });
      return { words, first: is_first(), asked: is_asked() };
    },
  };
}

function draw_image(view, { index, drawn, place, x, ...rest }) {
  const { first, asked } = rest;
  view.number.input.value = index;
  view.place.show(...place);
  view.first.input.checked = first;
  if (!asked && view.keys.matches(":focus-within")) view.next.focus({ preventScroll: true });
  view.chart.classList.toggle("nnlib-unseen", asked);
  view.keys.classList.toggle("nnlib-unseen", !asked);
  const name = `Test image ${index}, a handwritten ${asked ? "digit" : rest.label}`;
  view.paper.draw(x, ink, drawn ? OWN : name);
  const said = asked ? draw_question(view) : draw_answer(view, rest);
  view.voice.say(drawn ? `${OWN}${said}` : `Image ${index}${said} ${place}`);
}

function draw_question(view) {
  view.result.ask("Which digit?");
  view.caption.show("Label ?, guessed digit ?");
  view.first.tally.show(ASKED);
  view.numbers.draw(every_digit((digit) => [String(digit), "?"]));
  return `. ${ASKED}`;
}

function draw_answer(view, { label, ya, first, words }) {
  const guess = predict(ya);
  view.chart.draw(ya, label);
  if (label === null) view.result.ask(OWN);
  else view.result.draw(guess, label);
  const guessed = `guessed digit ${guess}`;
  view.caption.show(label === null ? guessed : `Label ${label}, ${guessed}`);
  view.first.tally.show(first ? words : WHY);
  view.numbers.draw(Array.from(ya, (value, digit) => [String(digit), fixed(value)]));
  const sure = `${guessed}, with ${fixed(ya[guess])}.`;
  if (label === null) return `: ${sure}`;
  const word = guess === label ? "correct" : "incorrect";
  return `: ${word}. Label ${label}, ${sure}${first ? ` ${words}` : ""}`;
}

/** The numbers of the images of a kind, and of one digit or any. */
function choose(labels, guesses, kind, digit) {
  const wanted = (label, i) =>
    (kind === ALL || guesses[i] !== label) && (digit === ALL || label === Number(digit));
  return [...labels.keys()].filter((i) => wanted(labels[i], i));
}

/** An image of the book's with its label, or the digit that the reader has drawn. */
function image_shown(images, labels, get) {
  const [index, drawn] = [get("index"), get("drawn")];
  if (drawn) return { index, drawn, label: null, levels: from_text(drawn) };
  return { index, drawn, label: labels[index], levels: row_at(images, index, PIXELS) };
}

/** What a link says of the state. */
const linked = (count) => ({
  show: one_of(ALL, MISTAKES), // which may change the index
  guess_first: one_of(false, true),
  index: number_to(count - 1),
  drawn: drawn_from, // which a change of the index takes away
});

async function build_image_picker({ root, get, set, follow }) {
  const { images, labels } = await unpack(get("_data"));
  const leave = () => set("drawn", "");
  const step = (direction) => pick(next_of(chosen, get("index"), direction));
  const pick_any = () => pick(chosen[Math.floor(Math.random() * chosen.length)]);
  const reader = readings(labels, get);
  const read = (digit) => reader.say(digit) && draw();
  const view = lay_out(root, labels.length, { set, pick, step, pick_any, select, read });
  let parameters;
  let guesses;
  let chosen; // the numbers of the images to go through

  function pick(index) {
    leave();
    set("index", index);
  }

  function select() {
    chosen = choose(labels, guesses, get("show"), view.digit.input.value);
    view.which.input.value = get("show");
    for (const one of view.buttons) one.disabled = chosen.length === 0;
    if (chosen.length && !chosen.includes(get("index"))) set("index", chosen[0]);
    else draw();
  }

  function draw() {
    const { levels, index, drawn, label } = image_shown(images, labels, get);
    const own = drawn && words_on_drawn("image-picker", drawn, leave);
    const place = own || [place_among(chosen, index, labels.length)];
    const reading = { ...reader.on(index, guesses), index, drawn, label, place };
    draw_image(view, { ...forward(scale(levels), parameters), ...reading });
  }

  async function read_parameters() {
    parameters = await unpack(get("parameters"), "parameters");
    guesses = predict_all(forward(scale(images), parameters).ya);
    select();
  }

  await read_parameters();
  follow("parameters", read_parameters);
  follow("show", select);
  follow("index", () => (get("drawn") ? leave() : draw()));
  for (const trait of ["guess_first", "drawn"]) follow(trait, draw);
  return linked(labels.length);
}

export default figure("image-picker", "Pick a test image", build_image_picker);
