/**
 * Shows what the reader has done of all that the book asks for; prints it, saves it as a file, and
 * forgets it. Nothing is counted, and nothing is sent.
 */
import { make } from "./make.js";
import { all, forget, may_remember, refused, remember_box } from "./memory.js";

const STATES = {
  kept: "What you write and read is kept in this browser, and nowhere else.",
  asked:
    "Nothing is kept, so nothing can be shown here. Tick the box, here or in any chapter, and " +
    "what you write and read from then on is kept in this browser, and nowhere else.",
  refused: "This browser keeps nothing for this page, so nothing can be shown here.",
  forgotten: "All is forgotten, and nothing more is kept.",
};
const QUESTION = "Forget all that you have written in this book? Nothing brings it back. ";
const STYLE = `body { font: 1rem/1.5 sans-serif; margin: 2rem auto; max-width: 50rem }
  table { border-collapse: collapse; width: 100% }
  th, td { border: 1px solid; padding: 0.3rem 0.5rem; text-align: left; vertical-align: top }
  pre { white-space: pre-wrap }`;
const EMPTY = /^ +\.\.\.$.+^judge\((\w+)\)/ms; // to be written; as progress.py has it

const button = (text, onclick) => make("button", { type: "button", onclick }, text);
const today = () => new Date().toLocaleDateString("sv"); // as 2026-11-26

/** How what was written is shown, by its kind, in words. */
const WORDS = {
  guess(said) {
    const parts = Object.entries(said).map(([label, text]) => `${label}: ${text}`);
    return parts.join("; ") || "shown without a guess";
  },
  answer: ({ said, right }) => `${right ? "right" : "tried"}: ${said}`,
  code(text, { judged, ran }) {
    if (!judged) return "changed";
    if (ran?.code !== text) return "written, not judged as it is now";
    const right = new RegExp(`^${judged} is right`, "m").test(ran.printed);
    return `written, judged ${right ? "right" : "not right yet"}`;
  },
};

/** All that was written: {kind, page, own, row, value, judged, ran}, with the name of its row. */
function written() {
  const entries = all();
  const describe = ({ kind, name, value }) => {
    const page = name.split(" ", 1)[0];
    const own = name.slice(page.length + 1);
    const judged = kind === "code" ? EMPTY.exec(own)?.[1] : undefined;
    const ran = entries.find((one) => one.kind === "ran" && one.name === name)?.value;
    return { kind, page, own, row: `${page} ${judged ?? own}`, value, judged, ran };
  };
  return entries.filter(({ kind }) => kind in WORDS).map(describe);
}

class Tables {
  constructor() {
    this.sections = [...document.querySelectorAll("section.so-far")];
    this.empty = this.sections.filter(({ hidden }) => hidden);
    this.rows = this.sections.flatMap((one) => [...one.querySelectorAll("tbody tr")]);
    this.others = [];
  }

  draw() {
    for (const row of this.others.splice(0)) row.remove();
    for (const section of this.empty) section.hidden = true;
    for (const row of this.rows) row.cells[2].textContent = "open";
    for (const entry of written()) {
      const { kind, row, value } = entry;
      const is_its = ({ dataset }) => dataset.kind === kind && dataset.name === row;
      const place = (this.rows.find(is_its) ?? this.add(entry)).cells[2];
      place.replaceChildren(WORDS[kind](value, entry));
      if (kind === "code") place.append(fold("the code", make("pre", {}, value)));
    }
  }

  /** A row for what has none: a cell, or what was said to a question that is another now. */
  add({ kind, page, own }) {
    const section = this.sections.find(({ dataset }) => dataset.page === page);
    const [asked, where] =
      kind === "code" ? ["Cell", own.split("\n", 1)[0]] : ["Before", `${kind} to another question`];
    const heading = make("th", { scope: "row" }, where);
    const row = make("tr", {}, make("td", {}, asked), heading, make("td"));
    (section ?? this.sections.at(-1)).querySelector("tbody").append(row);
    row.closest("section").hidden = false;
    this.others.push(row);
    return row;
  }

  /** A page of its own with all of them, for whoever it is handed to. */
  file() {
    const title = `${document.querySelector("h1").firstChild.textContent}, ${today()}`;
    const page = document.implementation.createHTMLDocument(title);
    page.documentElement.lang = "en";
    page.head.insertAdjacentHTML("afterbegin", '<meta charset="utf-8">');
    page.head.append(make("style", {}, STYLE));
    page.body.append(make("h1", {}, title));
    for (const section of this.sections.filter(({ hidden }) => !hidden)) {
      const copy = section.cloneNode(true);
      for (const link of copy.querySelectorAll("a")) link.replaceWith(...link.childNodes);
      for (const code of copy.querySelectorAll("details")) code.replaceWith(code.lastChild);
      page.body.append(...copy.children);
    }
    return `<!DOCTYPE html>\n${page.documentElement.outerHTML}\n`;
  }
}

const fold = (title, content) => make("details", {}, make("summary", {}, title), content);

/** Hands the browser a file that is made here. */
function save(name, text) {
  const href = URL.createObjectURL(new Blob([text], { type: "text/html" }));
  make("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // when it has surely been read
}

/** The box, the buttons, the question, and what is kept, in step with what is written. */
function controls(tables) {
  const status = make("p", { role: "status" });
  const sure = make("p", { hidden: true }, QUESTION);
  const ask = (asked) => {
    sure.hidden = !asked;
    (asked ? sure.firstElementChild : first).focus();
  };
  const first = button("Forget everything", () => ask(true));
  const yes = button("Yes, forget it", () => {
    forget();
    status.textContent = STATES.forgotten;
    ask(false);
  });
  sure.append(
    yes,
    " ",
    button("No, keep it", () => ask(false)),
  );
  const row = make("p", {}, first, " ");
  row.append(
    button("Save as a file", () => save(`progress-${today()}.html`, tables.file())),
    " ",
  );
  row.append(button("Print", () => print()));
  const show = () => {
    tables.draw();
    const allowed = may_remember() ? "kept" : "asked";
    status.textContent = STATES[refused() ? "refused" : allowed];
  };
  document.addEventListener("may-remember", show);
  addEventListener("storage", show); // from another tab
  addEventListener("pageshow", show); // also of one who comes back to this page
  show();
  return [make("p", {}, remember_box()), row, sure, status];
}

document.addEventListener("DOMContentLoaded", () => {
  const tables = new Tables();
  document.querySelector(".so-far-bar").replaceChildren(...controls(tables));
  addEventListener("beforeprint", () => {
    for (const code of document.querySelectorAll(".so-far details")) code.open = true;
  });
});
