/** Makes an editor of a printed cell: a text area over its coloured text, which stays in sight. */
import { make } from "./make.js";

const word = (words) => `\\b(?:${words.replaceAll(" ", "|")})\\b`;
const string = (mark) => String.raw`[rbf]*${mark}(?:\\.|[^${mark}\\\n])*${mark}?`;
/** Kinds of tokens, by the theme's names for their colours; what follows a dot is of no other. */
const TOKENS = {
  c1: "#.*",
  s2: `[rbf]*"""[^]*?(?:"""|$)|${string('"')}|${string("'")}`,
  n: String.raw`\.[a-zA-Z_]\w*`,
  k: word(
    "False None True and as assert break class continue def del elif else except finally for from" +
      " global if import in is lambda nonlocal not or pass raise return try while with yield",
  ),
  nb: word(
    "abs all any dict enumerate float int len list map max min print range reversed round set" +
      " sorted str sum tuple type zip",
  ),
  mi: String.raw`\b\d(?:e-|[\w.])*`,
  o: "[-+*/%@=<>!&|^~.]+",
};
const KINDS = Object.entries(TOKENS).map(([kind, pattern]) => `(?<${kind}>${pattern})`);
const TOKEN = new RegExp(KINDS.join("|"), "g");

/** The text in pieces, each with its colour. */
function* coloured(text) {
  let end = 0;
  for (const { 0: token, index, groups } of text.matchAll(TOKEN)) {
    yield make("span", { className: "n" }, text.slice(end, index));
    const className = Object.keys(groups).find((kind) => groups[kind]);
    yield make("span", { className }, token);
    end = index + token.length;
  }
  yield make("span", { className: "n" }, text.slice(end));
}

const KEYS = "Shift+Enter runs, Escape stops, Ctrl+] and Ctrl+[ indent";

/** As if typed, so that the platform's own undo takes it back. */
const type = (text) => document.execCommand("insertText", false, text);

/** A new line as far in as the last one, and one level more after a colon. */
function break_line({ value, selectionStart }) {
  const line = value.slice(0, selectionStart).split("\n").at(-1);
  type(`\n${/^ */.exec(line)[0]}${/:\s*(#.*)?$/.test(line) ? "    " : ""}`);
}

/** Moves the selected lines one level in, or out. */
function move_lines(area, inwards) {
  const { value, selectionStart: start, selectionEnd: end } = area;
  const from = value.slice(0, start).lastIndexOf("\n") + 1;
  const to = `${value}\n`.indexOf("\n", end > start ? end - 1 : end);
  const lines = value.slice(from, to);
  const moved = inwards ? lines.replace(/^(?=.)/gm, "    ") : lines.replace(/^ {1,4}/gm, "");
  if (moved === lines) return;
  area.setSelectionRange(from, to);
  type(moved);
  const caret = Math.max(from, start + moved.length - lines.length);
  area.setSelectionRange(start < end ? from : caret, start < end ? from + moved.length : caret);
}

/** Selects the spaces of one level, where no other letters are before the caret. */
function select_level(area) {
  const { value, selectionStart: start, selectionEnd: end } = area;
  const line = value.slice(0, start).split("\n").at(-1);
  if (start < end || !/^ +$/.test(line)) return;
  area.setSelectionRange(start - 1 - ((line.length - 1) % 4), start);
}

function press(event, area, run) {
  const { key, shiftKey, altKey, isComposing } = event;
  const command = event.ctrlKey || event.metaKey;
  // With Alt, a keyboard may write what it has no key for: a bracket, say.
  if (isComposing || altKey || event.getModifierState("AltGraph")) return;
  if (key === "Backspace" && !command) return select_level(area); // which then is deleted
  if (key === "Enter" && (shiftKey || command)) run();
  else if (key === "Enter") break_line(area);
  else if (command && "[]".includes(key)) move_lines(area, key === "]");
  else return;
  event.preventDefault();
}

/**
 * A text area for what `pre` shows, and goes on to show; calls change() and, as asked, run().
 * Returns a function that writes another text into it, and one that types it.
 */
export function edit(pre, label, change, run) {
  for (const link of pre.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  const { textContent: printed, innerHTML: as_printed } = pre;
  const labels = { ariaLabel: label, ariaDescription: KEYS };
  const properties = { className: "live-code", rows: 1, wrap: "off", ...labels };
  const plain = { spellcheck: false, autocomplete: "off", autocapitalize: "off" };
  const area = make("textarea", { ...properties, ...plain });
  area.setAttribute("autocorrect", "off"); // Safari knows no property of this name
  const frame = make("div", { className: "live-editor" });
  pre.replaceWith(frame);
  frame.append(pre, area);
  pre.ariaHidden = true;
  const show = () => {
    const text = `${area.value}\n`;
    if (text === printed) pre.innerHTML = as_printed;
    else pre.replaceChildren(...coloured(text));
    change();
  };
  const bare = (text) => text.replace(/\n$/, "");
  area.value = bare(printed);
  area.addEventListener("input", show);
  area.addEventListener("keydown", (event) => press(event, area, run));
  const write = (text) => {
    area.value = bare(text);
    show();
  };
  const retype = (text) => {
    area.focus();
    area.select();
    type(bare(text));
  };
  return { write, retype };
}
