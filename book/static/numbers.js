/**
 * Understands numbers and shapes as people write them: 0.25, 1/4, 25 %, 2.5·10^-1, log 2, 16 x 784.
 * What says nothing, or could be read in two ways, gets a sentence.
 */

/** Its message is the sentence. */
class Unclear extends Error {}

const FORMS = "Write it like 0.25, 1/4, 25 % or 2.5e-1.";
const logistic = (h) => 1 / (1 + Math.exp(-h));
const FUNCTIONS = new Map([
  ["abs", Math.abs],
  ["exp", Math.exp],
  ["ln", Math.log],
  ["log", Math.log],
  ["log2", Math.log2],
  ["log10", Math.log10],
  ["s", logistic], // the book's name
  ["sigmoid", logistic],
  ["sqrt", Math.sqrt],
]);
const CONSTANTS = new Map([
  ["e", Math.E],
  ["pi", Math.PI],
  ["inf", Infinity],
  ["infinity", Infinity],
  ["infinite", Infinity],
]);
const COUNTED = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");
const PARTS = { half: 2, third: 3, quarter: 4, fifth: 5, tenth: 10, hundredth: 100 };
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻";
const lowered = (raised) =>
  `^(${Array.from(raised, (one) => "0123456789+-"[RAISED.indexOf(one)]).join("")})`;
const mixed = (_, whole, part) => `(${whole || 0}+${part.normalize("NFKC").replace("⁄", "/")})`;
const part_of = (_, count, part) => `(${count.startsWith("a") ? 1 : count}/${PARTS[part]})`;

/** Spellings and what they are read as, one after the other. */
const SPELLINGS = [
  [/[\s\u200b-\u200f\u2060]+/g, " "],
  [/["“”„$]|(?<=[a-z])'(?=[a-z])|[ .,;:?]+$/g, ""],
  [/[[{]/g, "("],
  [/[\]}]/g, ")"],
  [/−|(?<![\d.,%)] *)[–—]/g, "-"],
  [/\*\*/g, "^"],
  [/[·∙⋅×•]|(?<=[\d)] ?)(?:x|times)(?= ?[\d.(])/g, "*"],
  [/[÷∕⁄]/g, "/"],
  [/√/g, "sqrt "],
  [/π/g, "pi"],
  [/∞/g, "inf"],
  [/\b(?:np|numpy|math)\./g, ""],
  [/\blog_?(2|10)(?= ?\(| +[\d.])/g, "log$1@"], // log2(8), while log2 alone is log 2
  [new RegExp(`\\b(?:${COUNTED.join("|")})\\b`, "g"), (word) => COUNTED.indexOf(word)],
  [/\b(\d+|an?) (half|third|quarter|fifth|tenth|hundredth)s?\b/g, part_of],
  [/\bhalf\b/g, "(1/2)"],
  [/(?<=\d) (?:in|of|out of) (?=\d)/g, "/"],
  [/\bper ?cent\b/g, "%"],
  [/\bminus\b/g, "-"],
  [/(?<=\d) ?(?:k|thousand)\b/g, "*10^3"],
  [/(?<=\d) ?million\b/g, "*10^6"],
  [/(?<=\d)(?: ?x| times|[- ]?fold)$/g, ""],
];
const BOUND = /[<>≤≥]|\b(?:at (?:most|least)|\w+ than|up to|below|above|under|over)\b/;
// A number with all that could belong to it, a name, or a sign.
const TOKEN = /[.,]?\d(?:[.,'_ ]?\d)*[.,]?(?:e[+-]?\d+)?|[\p{L}_]+(?:\d+@)?|[^ ]/gu;
// 1.5·10-3 may have lost a small -3.
const LOST = /^[-\d.,]+ ?\* ?10 ?- ?\d+$/;
const GROUPS = /^\d{1,3}([ '_,.])\d{3}(?:\1\d{3})*(?:(?!\1)[.,]\d*)?$/;
// A word that says no number.
const WORD = /^(?:\p{L}{3,}|an?|by|in|is|it|its|i|of|on|or|to|ca|px|kb|mb|ms|st|nd|rd|th|[:.])$/u;
const SYMBOL = /^(?:not|never|alpha|beta|delta|epsilon|eta|lambda|phi|sigma|theta)$/;

function spelt(text) {
  const raised = new RegExp(`[${RAISED}]+`, "g");
  const plain = text.replace(raised, lowered).replace(/(\d*)\s*([¼-¾⅐-⅞])/g, mixed);
  const start = plain
    .replace(/[’‘`´]/g, "'")
    .normalize("NFKC")
    .toLowerCase();
  return SPELLINGS.reduce((now, [from, to]) => now.replace(from, to), start).trim();
}

/** The digits of a number as JavaScript has them; `whole` says that it has no fraction. */
function in_digits(text, whole) {
  const mark = GROUPS.exec(text)?.[1];
  const can_be_decimal = /^\d*[.,]\d+$/.test(text);
  if (mark && !text.startsWith("0") && !(mark === "." && can_be_decimal && !whole)) {
    const digits = text.replaceAll(mark, "").replace(",", ".");
    if (!can_be_decimal || (mark === "," && whole)) return digits;
    const other = text.replace(",", ".");
    throw new Unclear(`${text} can be read as ${digits} or as ${other}: write one of these.`);
  }
  if (/^\d*[.,]?\d*$/.test(text) && !text.endsWith(",")) return text.replace(",", ".");
  if (/ |,$/.test(text)) throw new Unclear(`“${text}” looks like several numbers. Write one.`);
  throw new Unclear(`“${text}” is no number that can be read here. ${FORMS}`);
}

/** Reads what stands in a text by recursive descent; a value has the `step` of its last digit. */
class Reader {
  constructor(text, whole) {
    this.tokens = text.match(TOKEN) ?? [];
    this.whole = whole;
    this.at = 0;
  }

  get next() {
    return this.tokens[this.at] ?? "";
  }

  take(...signs) {
    return signs.includes(this.next) ? this.tokens[this.at++] : "";
  }

  is_known() {
    const name = this.next.replace("@", "");
    return FUNCTIONS.has(name) || CONSTANTS.has(name);
  }

  skip_words() {
    const says_nothing = (word) => WORD.test(word) && !SYMBOL.test(word) && !this.is_known();
    while (says_nothing(this.next) && this.tokens[this.at + 1] !== "(") this.at += 1;
  }

  number() {
    this.skip_words();
    if (!this.next) throw new Unclear(`No number was found. ${FORMS}`);
    const result = this.sum();
    const end = this.at;
    this.skip_words();
    if (this.next) {
      const rest = this.tokens.slice(end).join(" ");
      throw new Unclear(`After a number there stands “${rest}”. Write one number alone.`);
    }
    if (Number.isNaN(result.value)) throw new Unclear("This has no value, as the root of -1.");
    if (!Number.isFinite(result.value) && !this.tokens.some((one) => one.startsWith("inf"))) {
      throw new Unclear("This has no value: it divides by 0, or is too large to compute.");
    }
    return result;
  }

  sum() {
    let sum = this.product();
    for (let sign = this.take("+", "-"); sign; sign = this.take("+", "-")) {
      const { value } = this.product();
      sum = { value: sum.value + (sign === "+" ? value : -value) };
    }
    return sum;
  }

  product() {
    let product = this.signed();
    for (let divided = false; ; ) {
      const sign = this.take("*", "/");
      if (!sign && this.next !== "(" && !this.is_known()) return product;
      if (!sign && divided) {
        throw new Unclear("What is all below the stroke? Set it in parentheses, as in 1/(2 pi).");
      }
      divided ||= sign === "/";
      const { value, tens } = this.signed();
      if (sign === "/") product = { value: product.value / value };
      else product = { value: product.value * value, step: tens && product.step * value };
    }
  }

  signed() {
    if (this.take("+")) return this.signed();
    if (!this.take("-")) return this.power();
    const { value, step } = this.signed();
    return { value: -value, step };
  }

  power() {
    let power = this.atom();
    if (this.take("^")) {
      const { value } = this.signed();
      power = { value: power.value ** value, tens: power.value === 10 };
    }
    while (this.take("%")) power = { value: power.value / 100, step: power.step / 100 };
    return power;
  }

  atom() {
    const token = this.next;
    if (/\d/.test(token[0]) || /^[.,]\d/.test(token)) return this.literal();
    if (this.take("(")) {
      const inner = this.sum();
      if (this.next && !this.take(")")) throw this.stray();
      return inner;
    }
    const name = token.replace("@", "");
    if (!this.is_known()) throw this.stray();
    this.at += 1;
    return CONSTANTS.has(name) ? { value: CONSTANTS.get(name) } : this.call(name);
  }

  literal() {
    const [, digits, power = 0] = /^([^e]*)(?:e(.*))?$/.exec(this.tokens[this.at++]);
    if (this.next === "e" && this.tokens[this.at + 1] !== "^") {
      throw new Unclear("Is that e a power of ten? Write 2.5e-1 without a space, or 2.5*e.");
    }
    const plain = in_digits(digits, this.whole);
    const decimals = plain.split(".")[1]?.length ?? 0;
    return { value: Number(`${plain}e${power}`), step: 10 ** (power - decimals) };
  }

  /** The value of a function; without parentheses its argument ends only where nothing follows. */
  call(name) {
    const closed = this.next === "(";
    const { value } = closed ? this.atom() : this.signed();
    if (!closed && (/^[*/(]$/.test(this.next) || this.is_known())) {
      throw new Unclear(`What is all in the ${name}? Set it in parentheses, as in ${name}(2)/3.`);
    }
    return { value: FUNCTIONS.get(name)(value) };
  }

  stray() {
    if (!this.next) return new Unclear("Something is missing at the end.");
    return new Unclear(`“${this.next}” has no value here. ${FORMS}`);
  }
}

/** What a reading comes to, or the sentence that it ends with, as `problem`. */
function attempt(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unclear) return { problem: error.message };
    throw error;
  }
}

/**
 * The `value` that a text says; `step`, the unit of its last digit, where it is written in digits;
 * or a `problem`, a sentence. Where a `whole` number is asked for, 12,730 can be nothing else.
 */
export const parse = (text, { whole = false } = {}) =>
  attempt(() => {
    if (BOUND.test(text)) throw new Unclear("Write the number alone, without “<” or “at most”.");
    const said = spelt(text);
    if (LOST.test(said)) throw new Unclear("Is that a power of ten? Write it as in 1.5e-3.");
    const last = said.split(/[=≈~≃≅]/).findLast((one) => one.trim());
    const { value, step } = new Reader(last ?? "", whole).number();
    return { value, step: step || undefined };
  });

/** The `shape` that a text says, as an array of whole numbers, or a `problem`, a sentence. */
export function parse_shape(text) {
  const said = spelt(text);
  const inner = /^[^\d(]*\(+(.*?)\)+$/.exec(said)?.[1] ?? said;
  const between = /[,;]/.test(inner) ? /[,;]/ : /\*| (?:by|and|of) | (?=\d)/;
  const sizes = inner.split(between).filter((one) => one.trim());
  const read = (size) => attempt(() => new Reader(size.trim(), true).number()).value;
  const shape = sizes.map(read);
  if (said && shape.every((size) => Number.isInteger(size) && size >= 0)) return { shape };
  return { problem: `“${text.trim()}” is no shape: write whole numbers, as in (16, 784).` };
}
