/**
 * Says of an answer whether it is right, and if it is not, which slip leads to it or what to look
 * at. The build has computed all of them; see book/exercises/.
 */
import { make } from "./make.js";
import { PAGE, recall, remember, remember_box } from "./memory.js";
import { parse, parse_shape } from "./numbers.js";

const ORDINALS = ["first", "second", "third", "fourth"];
const COUNTS = ["no axis", "one axis", "two axes", "three axes"];
const near = (value, target, tolerance) =>
  Math.abs(value - target) <= (tolerance + 1e-9) * Math.abs(target);

/** Whether the target is this value once it is rounded to the digits that were written. */
const rounds_to = (target, value, step, digits) =>
  step * 10 ** (digits - 1) <= Math.abs(target) && Math.abs(value - target) <= 0.500001 * step;

/** A number in print: whole ones in full, others to four digits. */
function shown(value) {
  const digits = Number.isInteger(value) ? {} : { maximumSignificantDigits: 4 };
  return new Intl.NumberFormat("en-US", digits).format(value).replace("-", "−");
}

/** What makes a key of a value that misses it, with what that is a sign of. */
const MENDED = [
  [(value) => -value, "The size is right: look at the sign."],
  [(value) => value / 100, "A hundred times too large: a percentage needs its sign, %."],
  [(value) => 1 / value, "It is one over this: look at what is divided by what."],
  [(value) => value / 2, "Twice too large: look for a factor of 2."],
  [(value) => value * 2, "Half of it: look for a factor of 2."],
  [
    (value, key) => value * 10 ** Math.round(Math.log10(Math.abs(key / value))),
    "The digits are right: look at the decimal point.",
  ],
];

/** What to look at where no known slip leads to a number. */
function nudge(value, key, whole) {
  if (whole && !Number.isInteger(value)) return "A whole number is asked for.";
  const side = value > key ? "large" : "small";
  if (key === 0) return `Not yet: too ${side}.`;
  const found = MENDED.find(([mend]) => near(mend(value, key), key, whole ? 0 : 0.001));
  if (found) return found[1];
  if (value * key < 0) return `Not yet: it is ${key > 0 ? "above" : "below"} 0.`;
  const ratio = Math.abs(value / key);
  return `Not yet: too ${side}${ratio > 10 || ratio < 0.1 ? " by far" : ""}.`;
}

function judge_number(text, { value: key, tolerance, slips }) {
  const whole = !tolerance && Number.isInteger(key);
  const { value, step, problem } = parse(text, { whole });
  if (problem) return ["unclear", problem];
  if (near(value, key, tolerance)) return ["right", `Right: ${shown(key)}.`];
  const found =
    slips.find((slip) => near(value, slip.value, tolerance)) ??
    (rounds_to(key, value, step, 1)
      ? { sentence: "The digits are right, but too few: give one more." }
      : slips.find((slip) => rounds_to(slip.value, value, step, 2)));
  const is_plain = /^[-+−]?[\d.,]+$/.test(text.trim());
  const read = is_plain ? "" : `${text.trim()} is ${shown(value)}. `;
  return ["wrong", read + (found?.sentence ?? nudge(value, key, whole))];
}

function judge_shape(text, { value: key, slips }) {
  const { shape, problem } = parse_shape(text);
  if (problem) return ["unclear", problem];
  const same = (one, other) => String(one) === String(other);
  const sorted = (sizes) => sizes.toSorted((a, b) => a - b);
  if (same(shape, key)) return ["right", "Right."];
  const slip = slips.find((one) => same(one.value, shape));
  if (slip) return ["wrong", slip.sentence];
  if (shape.length !== key.length) return ["wrong", `Not yet: it has ${COUNTS[key.length]}.`];
  if (same(sorted(shape), sorted(key))) return ["wrong", "Look at the order of the sizes."];
  const right = ORDINALS.filter((_, axis) => axis < key.length && shape[axis] === key[axis]);
  return ["wrong", `Not yet: ${right.length ? `the ${right[0]} size is right` : "look at both"}.`];
}

function judge_choice(text, { value: key, slips }) {
  if (!text) return ["unclear", "Choose one."];
  if (text === key) return ["right", "Right."];
  return ["wrong", slips.find(({ value }) => value === text).sentence];
}

const JUDGES = { number: judge_number, shape: judge_shape, choice: judge_choice };

/** What is said of a text as this answer: [right, wrong or unclear, sentences]. */
export const judge_answer = (text, answer) => JUDGES[answer.kind](text, answer);

class AnswerBox {
  constructor(form, settings) {
    Object.assign(this, { form, settings, answer: JSON.parse(form.dataset.answer) });
    this.name = `${PAGE} ${this.answer.name}`;
    this.line = form.querySelector("[role=status]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.check();
    });
    form.addEventListener("input", () => this.say("", ""));
    const kept = recall("answer", this.name);
    if (kept) this.field.value = kept.said;
    if (kept) this.check();
  }

  /** What the reader writes in, or the buttons one of which he chooses. */
  get field() {
    return this.form.elements.namedItem(this.answer.label);
  }

  check() {
    const said = this.field.value;
    const [verdict, text] = judge_answer(said, this.answer);
    this.say(verdict, text);
    remember("answer", this.name, said ? { said, right: verdict === "right" } : undefined);
    this.form.append(this.settings);
  }

  say(verdict, text) {
    this.form.dataset.verdict = verdict;
    this.line.textContent = text;
    if (this.answer.kind !== "choice") this.field.ariaInvalid = String(verdict === "unclear");
  }
}

/** Lets the page take answers, once it has been read. */
export function take_answers() {
  document.addEventListener("DOMContentLoaded", () => {
    const settings = make("p", { className: "settings" }, remember_box());
    for (const form of document.querySelectorAll(".answer")) new AnswerBox(form, settings);
  });
}
