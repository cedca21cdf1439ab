/**
 * What the reader has written: guesses, answers, code. It lives in the page, and in this browser
 * where he has said so, once for the whole book: each piece under a key of its own, so that two
 * pages, or one that is open twice, take nothing from each other.
 */
import { make } from "./make.js";

const BOOK = `${new URL(document.documentElement.dataset.content_root, location.href).pathname} `;
const CONSENT = `${BOOK}remember`;
const ASKED = " remember what I write in this browser";
const KEPT = `${ASKED}: it is kept there, with the chapters I have read, and nowhere else`;
const SURE =
  "Remove all that this browser keeps of what you have written and read, in the whole book?";
const REFUSED = " this browser keeps nothing for this page";

/** What a page is called in the names of what is remembered: "01-see-it-work". */
export const name_of = (path) =>
  path
    .split("/")
    .at(-1)
    .replace(/\.html$/, "");
export const PAGE = name_of(location.pathname);

// Of all scripts in the page, each of which has this module of its own.
globalThis.memory ??= { values: new Map(), full: false };
const { memory } = globalThis;

const key_of = (kind, name) => `${BOOK}${kind} ${name}`;
// page.js puts another storage, of the page only, in the place of one that is refused.
export const refused = () => memory.full || !(localStorage instanceof Storage);
const kept = () => Object.keys(localStorage).filter((key) => key.startsWith(BOOK));
const changed = () => document.dispatchEvent(new Event("may-remember"));

function keep(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    memory.full = true;
    changed();
  }
}

function value_of(key) {
  if (memory.values.has(key) || !may_remember()) return memory.values.get(key);
  try {
    return JSON.parse(localStorage.getItem(key)) ?? undefined;
  } catch {
    return undefined; // What is damaged, the reader has not written.
  }
}

/** Whether this browser may keep what is written, and can. */
export const may_remember = () => !refused() && localStorage.getItem(CONSENT) !== null;

/** With true, it keeps from now on all that was written in this page; with false, nothing more. */
export function set_may_remember(may) {
  if (may && !refused()) {
    for (const [key, value] of [[CONSENT, true], ...memory.values]) keep(key, value);
  } else for (const key of kept()) localStorage.removeItem(key);
  changed();
}

/**
 * What was written last; undefined where nothing was. The kinds: "guess", "answer", "code", "ran"
 * for what a cell printed, and "read" for a chapter.
 */
export const recall = (kind, name) => value_of(key_of(kind, name));

/** Takes what is written, as JSON has it; undefined where it is taken back. */
export function remember(kind, name, value) {
  const key = key_of(kind, name);
  if (value === undefined) {
    memory.values.delete(key);
    localStorage.removeItem(key);
  } else {
    memory.values.set(key, value);
    if (may_remember()) keep(key, value);
  }
}

/** All that was written, in this page and where it is kept: [{kind, name, value}]. */
export function all() {
  const keys = new Set([...kept(), ...memory.values.keys()]);
  keys.delete(CONSENT);
  return [...keys].map((key) => {
    const [kind, ...words] = key.slice(BOOK.length).split(" ");
    return { kind, name: words.join(" "), value: value_of(key) };
  });
}

/** Forgets all that was written in the book, and that it may be remembered. */
export function forget() {
  memory.values.clear();
  set_may_remember(false);
}

/** The box in which the reader says so, in step with all others. */
export function remember_box() {
  const onchange = () => {
    if (box.checked || !all().length || confirm(SURE)) set_may_remember(box.checked);
    else show();
  };
  const box = make("input", { type: "checkbox", onchange });
  const text = make("span");
  const show = () => {
    box.checked = may_remember();
    box.disabled = refused();
    const allowed = box.checked ? KEPT : ASKED;
    text.textContent = refused() ? REFUSED : allowed;
  };
  document.addEventListener("may-remember", show);
  addEventListener("storage", show); // from another tab
  show();
  return make("label", {}, box, text);
}
