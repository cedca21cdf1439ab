/** A digit that the reader has drawn: as a text, and on its way through the book. */

import { PIXELS } from "./network.js";
import { button, element } from "./parts.js";

const HOMES = {
  "forward-pass": ["chapter 3", "03-forward-propagation.html"],
  "image-picker": ["chapter 7", "07-more-testing.html"],
  "time-machine": ["chapter 8", "08-inside-the-sixteen-neurons.html"],
};

/** Grey levels as letters for an address: base64url of bytes, a run of 0 as 0 and its length. */
export function as_text(levels) {
  const runs = (run) => `\0${String.fromCharCode(run.length)}`;
  const short = String.fromCharCode(...levels).replace(/\0{1,255}/g, runs);
  return btoa(short).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The grey levels of what as_text wrote, a Uint8Array; an Error for any other text. */
export function from_text(text) {
  const letters = read_letters(text).replace(/\0(.)/gs, (_, n) => "\0".repeat(n.charCodeAt()));
  if (letters.length === PIXELS) return Uint8Array.from(letters, (letter) => letter.charCodeAt());
  const found = `found ${JSON.stringify(text.slice(0, 20))}, which is none`;
  const what = "Copy the whole link, or draw the digit again";
  throw Error(`expected a drawn digit, 784 grey levels as letters; ${found}. ${what}`);
}

function read_letters(text) {
  try {
    return /^[\w-]+$/.test(text) ? atob(text.replaceAll("-", "+").replaceAll("_", "/")) : "";
  } catch {
    return "";
  }
}

/** What a link to a figure may say of its trait drawn: the text itself, or an Error. */
export function drawn_from(text) {
  if (text) from_text(text);
  return text;
}

/** The address of a drawn digit in the first figure of a kind; null where no book is around it. */
export function way_to(kind, drawn, more = "") {
  const in_book = document.querySelector(".figure-place");
  return in_book && `${HOMES[kind][1]}#figure-${kind}?drawn=${drawn}${more}`;
}

/** What a figure of a kind says while it shows a drawn digit; back() shows the book's again. */
export function words_on_drawn(kind, drawn, back) {
  const others = Object.keys(HOMES).filter((other) => other !== kind && way_to(other, drawn));
  const ways = others.map((other) =>
    element("a", { href: way_to(other, drawn) }, `in ${HOMES[other][0]}`),
  );
  const end = button("back to the book's images", back);
  return ["Your own digit; also ", ...ways.flatMap((way) => [way, " "]), end];
}
