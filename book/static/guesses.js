/**
 * Takes what the reader expects of a result, which is covered until then, and sets it beside the
 * result. The cover is a style that holds from the first sight of the page on.
 */
import { make } from "./make.js";
import { may_remember, PAGE, recall, remember, remember_box } from "./memory.js";
import { parse } from "./numbers.js";

const NEVER = ["setting", "never cover"];
// By Python; as exercises.py has it.
const PRINTED = /(?<![\w.])[-+]?\d+(?:,\d{3})*(?:\.\d*)?(?:e[-+]?\d+)?/g;
const page = document.documentElement.classList;

/** The number that stands there in what is printed: its text; undefined where none does. */
function printed_number(text, { after, nth }) {
  const start = text.indexOf(after);
  if (start < 0) return undefined;
  return [...text.slice(start + after.length).matchAll(PRINTED)][nth - 1]?.[0];
}

const decimals = (step) => Math.max(0, Math.round(-Math.log10(step)));
const is_whole = (printed) => /^[-+]?[\d,]+$/.test(printed);

/** How a number that was said stands to the one that is printed. */
function compared(text, printed) {
  const { value, step } = parse(text, { whole: is_whole(printed) });
  const plain = printed.replaceAll(",", "");
  const { step: last } = parse(plain);
  const off = value - Number(plain);
  const size = Math.abs(Number(plain));
  if (Math.abs(off) <= last / 2) return "right";
  if (Math.abs(off) <= Math.min((step ?? 0) / 2, size / 10)) return "right to the digits given";
  const places = Math.min(20, Math.max(decimals(last), decimals(step ?? 1)));
  const difference = Number(step ? off.toFixed(places) : off.toPrecision(3));
  const much = Number.isFinite(off) ? `${Math.abs(difference)} ` : "";
  const times = is_whole(printed) ? "" : ratio(value / Number(plain));
  return `${much}too ${off > 0 ? "high" : "low"}${times}`;
}

/** In words, where it says more than the difference: of what is counted, it does not. */
function ratio(times) {
  const short = (number) => Number(number.toPrecision(2));
  if (times >= 2 && times < Infinity) return `, ${short(times)} times as much`;
  return times > 0 && times <= 0.5 ? `, by a factor of ${short(1 / times)}` : "";
}

class Guess {
  constructor(form) {
    this.form = form;
    this.name = `${PAGE} ${form.id}`;
    this.result = document.querySelector(`[data-guess="${form.id}"]`);
    this.cells = document.querySelectorAll(`.by-${form.id}`);
    this.problem = form.querySelector("[role=alert]");
    this.line = this.result.querySelector("[role=status]");
    form.addEventListener("submit", (event) => this.take(event));
    for (const node of [form, this.result]) {
      node.querySelector(".waive").addEventListener("click", () => this.waive());
    }
    const said = recall("guess", this.name);
    if (said) this.fill(said);
    if (said) this.show(said);
  }

  fill(said) {
    for (const [label, text] of Object.entries(said)) {
      const field = this.form.elements.namedItem(label);
      if (field) field.value = text;
    }
  }

  /** What the number of a field is in print, or in what has run since. */
  truth({ dataset: { after, nth } = {} }) {
    if (!after) return undefined;
    const outputs = [...this.cells].map((cell) => cell.querySelector(".cell_output").textContent);
    return printed_number(outputs.join("\n"), { after, nth });
  }

  take(event) {
    event.preventDefault();
    const entries = [...new FormData(this.form)].filter(([, text]) => text.trim());
    const said = Object.fromEntries(entries);
    const unclear = entries.map(([label]) => this.check(label)).find((one) => one);
    this.problem.textContent = unclear ?? (entries.length ? "" : "Write or choose first.");
    if (this.problem.textContent) return;
    remember("guess", this.name, said);
    this.show(said);
  }

  /** What is unclear about the number in a field, as a sentence. */
  check(label) {
    const field = this.form.elements.namedItem(label);
    if (!field.dataset?.after) return undefined;
    const { problem } = parse(field.value, { whole: is_whole(this.truth(field) ?? "") });
    field.ariaInvalid = Boolean(problem);
    if (problem) field.focus();
    return problem && `${label}: ${problem}`;
  }

  waive() {
    remember("guess", this.name, {});
    this.show({});
    this.result.focus();
  }

  /** Who comes by the address of what is covered, such as a figure with his own digit, sees it. */
  show_goal() {
    const goal = document.getElementById(location.hash.slice(1).split("?")[0]);
    const leads_here = (cell) => cell.matches(".covered") && cell.contains(goal);
    if (goal && [...this.cells].some(leads_here)) this.show({});
  }

  /** Uncovers the result, and sets above it what was said, in step with what runs later. */
  show(said) {
    for (const cell of this.cells) cell.classList.remove("covered");
    for (const node of [this.form, this.result]) node.querySelector(".waive").hidden = true;
    const entries = Object.entries(said);
    if (entries.length) {
      const button = this.form.querySelector("button");
      const ariaLabel = button.ariaLabel.replace(button.textContent, "Guess again");
      Object.assign(button, { ariaLabel, textContent: "Guess again" });
    }
    this.result.classList.toggle("said", entries.length > 0);
    this.entries = entries;
    this.write();
    this.observer ??= new MutationObserver(() => this.write());
    for (const cell of this.cells) this.observer.observe(cell, { childList: true, subtree: true });
  }

  write() {
    const lines = this.entries.map((entry) => this.verdict(...entry));
    const text = lines.length ? lines.join("\n") : "Shown without a guess.";
    if (this.line.dataset.text === text) return;
    this.line.dataset.text = text;
    this.line.replaceChildren(...text.split("\n").map((one) => make("span", {}, one)));
  }

  verdict(label, text) {
    const printed = this.truth(this.form.elements.namedItem(label) ?? {});
    const said = this.entries.length > 1 ? `${label}: you said` : "You said";
    if (printed === undefined) return `${said} “${text}”.`;
    return `${said} ${text}; it is ${printed}: ${compared(text, printed)}.`;
  }
}

/** Covers nothing where the reader wants it so, in the book or, where nothing is kept, here. */
function follow_setting(boxes) {
  const never = recall(...NEVER) === true;
  page.toggle("never-cover", never);
  for (const box of boxes) {
    box.checked = never;
    const here = never && !may_remember();
    box.nextSibling.data = here ? " never cover results of this page" : " never cover results";
  }
}

/** Begins while the page is read, so that no result is seen before it is covered. */
export function ask_for_guesses() {
  page.add("asks");
  follow_setting([]);
  document.addEventListener("DOMContentLoaded", () => {
    const boxes = document.querySelectorAll(".guess .never");
    for (const box of boxes) {
      box.addEventListener("change", () => {
        remember(...NEVER, box.checked || undefined);
        follow_setting(boxes);
      });
    }
    for (const place of document.querySelectorAll(".guess .remember")) {
      place.replaceWith(remember_box());
    }
    document.addEventListener("may-remember", () => follow_setting(boxes));
    follow_setting(boxes);
    const guesses = Array.from(document.querySelectorAll(".guess"), (form) => new Guess(form));
    const show_goal = () => {
      for (const guess of guesses) guess.show_goal();
    };
    show_goal();
    addEventListener("hashchange", show_goal);
  });
}
