/** A digit that the reader has drawn: the grey levels as a text, like nnlib's drawing. */

import { PIXELS } from "./network.js";

/** Grey levels as letters for an address: base64url of bytes, a run of zeros as 0 and its length. */
export function as_text(levels) {
  const runs = (run) => `\0${String.fromCharCode(run.length)}`;
  const short = String.fromCharCode(...levels).replace(/\0{1,255}/g, runs);
  return btoa(short).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The grey levels of what as_text wrote, a Uint8Array; an Error for any other text. */
export function from_text(text) {
  const letters = read_letters(text).replace(/\0([^])/g, (_, n) => "\0".repeat(n.charCodeAt()));
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
