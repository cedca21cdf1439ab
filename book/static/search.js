/**
 * Searches the book while one types, in the dialog that the theme opens: sections, terms, functions
 * and equations, from an index that is read when it is first asked for, also from disk.
 */
import { make } from "./make.js";

const SHOWN = 30; // more than anybody looks through
const AROUND = 90; // letters before and after what was found
const COMMON = "a an and are do does how in is it of on or the to what why".split(" ");
const HINT = "A word or several, or a number as it is printed.";
const LISTS = /\/(?:glossary|notation)\./;
const ELSEWHERE =
  "Perhaps the book has another word for it: these pages list its words and its letters.";
const DAMAGED = "The index of the book cannot be read: there is no file _static/places.js.";

/** As it is compared; letter by letter, so that what is found can be shown from the text itself. */
const folded = (text) =>
  text
    .replace(/[’‘]/g, "'")
    .replace(/[‐-―−]/g, "-")
    .toLowerCase();

/** "weights" finds "weight" too, and "accuracy" "accuracies"; "loss" and "bias" stay. */
const stem = (word) => word.replace(/(?<=[a-z]{5})(?:ies|y)$|(?<=[a-z]{3})(?<![siu])s$/, "");

const escaped = (word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

const START = "(?<![\\p{L}\\d]|\\d[.,])"; // of a word or a number

/** Words and numbers that begin so: 0.91 is in 0.9120, 12730 in 12,730, and 784 not in 12,784. */
function beginning(word) {
  const pattern = escaped(word).replace(/\d(?=\d)/g, "$&,?");
  return new RegExp(START + pattern, "gu");
}

/** What is asked for, without what stands in every place, unless there is nothing else. */
function words_of(text) {
  const whole = folded(text).replace(/(?<=\d),(?=\d{3})/g, "");
  const words = whole.match(/[^\s"“”…,;:?!]+/g) ?? [];
  const rare = words.filter((word) => !COMMON.includes(word));
  return (rare.length > 0 ? rare : words).map(stem);
}

/** The places of the index, in the order of the book. */
function places_in(index) {
  const root = document.documentElement.dataset.content_root;
  return Object.entries(index).flatMap(([page, places]) =>
    places.map(([id, title, text, also]) => {
      const chapter = places[0][1] === title ? "" : places[0][1];
      const fields = [title, also, chapter, text].map(folded);
      return { href: `${root}${page}#${id}`, title, chapter, text, also, fields };
    }),
  );
}

/** How much a place has to say on a word; 0 for nothing. */
function points([title, also, chapter, text], word) {
  const count = (field) => field.match(beginning(word))?.length ?? 0;
  const share = word.length / title.replace(/^[\d.]+ (the )?/, "").length;
  return (
    (count(title) && 10 + 40 * Math.min(share, 1)) +
    (count(also) && 30) +
    Math.min(count(chapter), 1) +
    Math.min(count(text), 8)
  );
}

/** The places that have most of the words, the best first, and how many words they have. */
function best(places, words) {
  const rated = places.map((place) => {
    const each = words.map((word) => points(place.fields, word));
    const phrase = place.fields.some((field) => field.includes(words.join(" ")));
    const had = each.filter(Boolean).length;
    return { place, had, sum: each.reduce((a, b) => a + b, phrase ? 5 : 0) };
  });
  const most = Math.max(...rated.map(({ had }) => had));
  const found = rated.filter(({ had }) => most > 0 && had === most);
  return { found: found.sort((a, b) => b.sum - a.sum).map(({ place }) => place), most };
}

/** By how many letters two words differ. */
function distance(a, b) {
  let row = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const other = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(other, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row.at(-1);
}

/** A word of the book that is spelled nearly like one that it has not: grey for gray. */
function near(places, word) {
  const text = places.flatMap(({ fields }) => fields).join(" ");
  const others = new Set(text.match(new RegExp(`${START}\\p{L}{3,}`, "gu"))).values();
  const alike = [...others].filter((other) => Math.abs(other.length - word.length) < 3);
  const rated = alike.map((other) => ({ other, by: distance(word, other) }));
  const [first] = rated.sort((a, b) => a.by - b.by);
  return first?.by <= Math.min(2, word.length / 4) ? first.other : undefined;
}

/** What is found, and a sentence on it. */
function search(places, text) {
  const words = words_of(text);
  if (words.length === 0) return { words, found: [], sentence: HINT };
  const known = (word) => places.some(({ fields }) => points(fields, word));
  const unknown = words.find((word) => !known(word));
  const instead = unknown && near(places, unknown);
  if (instead) {
    const mended = search(
      places,
      words.map((word) => (word === unknown ? instead : word)).join(" "),
    );
    return {
      ...mended,
      sentence: `Nothing has “${unknown}”; with “${instead}”: ${mended.sentence}`,
    };
  }
  const { found, most } = best(places, words);
  if (most === 0) {
    const found = places.filter(({ href, chapter }) => !chapter && LISTS.test(href));
    return { words, found, sentence: `Nothing found for “${text}”. ${ELSEWHERE}` };
  }
  const number = found.length === 1 ? "1 place" : `${found.length} places`;
  const has = found.length === 1 ? "has" : "have";
  const some = `No place has all of these words; ${number} ${has} ${most} of them.`;
  return { words, found, sentence: most < words.length ? some : `${number}.` };
}

/** The text with what was found in bold. */
function* marked(text, words) {
  const parts = words.map((word) => `${beginning(word).source}[\\p{L}\\d]*`);
  const pattern = new RegExp(parts.join("|"), "gu");
  let end = 0;
  for (const { 0: found, index } of folded(text).matchAll(pattern)) {
    yield text.slice(end, index);
    end = index + found.length;
    yield make("mark", {}, text.slice(index, end));
  }
  yield text.slice(end);
}

/** Of a long text the part where a word stands, or its beginning. */
function excerpt(text, words) {
  const at = words.map((word) => folded(text).search(beginning(word))).filter((k) => k >= 0);
  const from = text.lastIndexOf(" ", Math.max(0, (at[0] ?? 0) - AROUND)) + 1;
  const to = text.indexOf(" ", Math.min(text.length, (at[0] ?? 0) + AROUND));
  const part = text.slice(from, to < 0 ? text.length : to);
  return `${from > 0 ? "… " : ""}${part}${to < 0 ? "" : " …"}`;
}

function item({ href, title, chapter, text, also, fields }, words) {
  const link = make("a", { href }, ...marked(title, words));
  if (chapter) link.append(make("small", {}, ` in ${chapter}`));
  const [, names, , texts] = fields;
  const has = (field, word) => beginning(word).test(field);
  const by_another_name = words.some((word) => has(names, word) && !has(texts, word));
  const said = by_another_name ? `Look here for ${also}.` : excerpt(text, words);
  return make("li", {}, link, make("p", {}, ...marked(said, words)));
}

class Dialog {
  constructor(dialog) {
    this.field = dialog.querySelector("input");
    this.status = dialog.querySelector("[role=status]");
    this.list = dialog.querySelector("ol");
    this.field.addEventListener("focus", () => this.load());
    this.field.addEventListener("input", () => this.show());
    dialog.addEventListener("keydown", (event) => this.move(event));
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.list.querySelector("a")?.click();
    });
  }

  load() {
    if (this.script) return;
    const src = `${document.documentElement.dataset.content_root}_static/places.js`;
    this.script = make("script", { src });
    this.script.onload = () => {
      this.places = places_in(globalThis.book_places);
      this.show();
    };
    this.script.onerror = () => {
      this.status.textContent = DAMAGED;
    };
    document.head.append(this.script);
  }

  show() {
    if (!this.places) return;
    const { words, found, sentence } = search(this.places, this.field.value.trim());
    this.list.replaceChildren(...found.slice(0, SHOWN).map((place) => item(place, words)));
    const rest = found.length > SHOWN ? ` The best ${SHOWN} are shown.` : "";
    this.status.textContent = sentence + rest;
  }

  /** With the arrows from the field to what was found, and back. */
  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const stops = [this.field, ...this.list.querySelectorAll("a")];
    stops[stops.indexOf(document.activeElement) + step]?.focus();
    event.preventDefault();
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.getElementById("pst-search-dialog");
  if (dialog) new Dialog(dialog);
});
