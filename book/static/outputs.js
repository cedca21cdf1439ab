/** What a cell shows when it has run: the printed output where the new one is the same. */
import { add_button } from "./enlarge.js";
import { complain, start } from "./host.js";
import { make } from "./make.js";

// No script and no request: what code writes in HTML is only looked at.
const HTML = `<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
  <base target="_blank"><style>:root { color-scheme: light dark; font: 16px system-ui }</style>`;

/** The forms that are more than text, in the order in which Jupyter would choose among them. */
const FORMS = {
  "application/vnd.jupyter.widget-view+json": (shown, { output, python }) => {
    const place = make("div", { className: "figure-place" });
    const tell = (kind, content) => output.tell(kind, content);
    // A figure may outlive its Python: then nobody hears it.
    const set = (...picked) => python.set(shown.model_id, ...picked, tell).catch(() => {});
    const figure = start(shown, place, set);
    figure.catch((error) => complain(place, error));
    place.end = () => figure.then((end) => end()).catch(() => {});
    return place;
  },
  "text/html": (text) => {
    const frame = make("iframe", { title: "What the cell shows", srcdoc: HTML + text });
    frame.sandbox = "allow-same-origin"; // so that one can ask how high it is
    frame.onload = () => {
      frame.height = frame.contentDocument.documentElement.scrollHeight;
    };
    new ResizeObserver(frame.onload).observe(frame); // also in a fold, which is opened later
    return frame;
  },
  "image/png": (bytes, { alt }) => {
    const head = new DataView(bytes.buffer, bytes.byteOffset);
    const src = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
    return make("img", { src, alt, width: head.getUint32(16), height: head.getUint32(20) });
  },
};
const BOXES = {
  stdout: { className: "output stream" },
  error: { className: "output traceback", role: "group", ariaLabel: "Error" },
};

const bare = (text) => text.replace(/^\n+|\n+$/g, ""); // as Sphinx prints it

/** The output of a cell; what is picked in a figure goes to Python. */
export class Output {
  constructor(cell, python) {
    this.printed = this.shown = cell.querySelector(".cell_output");
    this.python = python;
    const texts = cell.querySelectorAll('.output pre, script[type="text/markdown"]');
    this.text = bare([...texts].map(({ textContent }) => textContent).join(""));
    this.fold = make("details", { className: "live-printed" });
    this.fold.append(make("summary", {}, "Printed in the book"));
  }

  /** Before a run: what stands there stays until something else is told. */
  begin(unchanged) {
    this.said = "";
    this.live = make("div", { className: "cell_output docutils container live-output" });
    this.unchanged = unchanged;
    this.figures = [...this.printed.querySelectorAll(":scope > figure")];
  }

  tell(kind, content) {
    const form = kind === "data" && Object.keys(FORMS).find((name) => name in content);
    if (form) {
      const figure = this.figures.shift();
      const printed = this.unchanged ? figure?.querySelector("img")?.alt : undefined;
      const alt = printed ?? content.alt ?? content["text/plain"];
      const shown = FORMS[form](content[form], { output: this, python: this.python, alt });
      this.live.append(figure || form === "image/png" ? this.captioned(shown, figure) : shown);
    } else if (kind === "data") {
      this.write(kind, `${content["text/markdown"] ?? content["text/plain"]}\n`);
    } else this.write(kind, content);
    if (!this.is_printed((said) => this.text.startsWith(said))) this.show(this.live);
  }

  /** In a figure with the printed one's caption; where the cell is changed, it claims nothing. */
  captioned(shown, figure) {
    const caption = figure?.querySelector("figcaption").cloneNode(true) ?? make("figcaption");
    const claim = caption.querySelector(".caption-text");
    if (claim && !this.unchanged) claim.textContent = "as you have changed it";
    if (!figure) add_button(caption);
    return make("figure", { className: "align-default" }, shown, caption);
  }

  /** Texts of one kind stand in one box. */
  write(kind, text) {
    if (kind === "stdout" || kind === "data") this.said += text;
    if (this.live.lastElementChild?.dataset.kind !== kind) {
      const box = make("div", BOXES[kind] ?? { className: `output ${kind}` }, make("pre"));
      box.dataset.kind = kind;
      this.live.append(box);
    }
    this.live.lastElementChild.firstChild.append(text);
  }

  /** Whether all so far is text that fits. */
  is_printed(fits) {
    const kinds = [...this.live.children].map(({ dataset }) => dataset.kind);
    return kinds.every((kind) => kind === "stdout" || kind === "data") && fits(bare(this.said));
  }

  /** After a run: says in how far it showed what is printed. */
  end() {
    this.same = bare(this.said) === this.text;
    this.show(this.is_printed(() => this.same) ? this.printed : this.live);
    if (!this.same || !this.text) return "";
    return this.shown === this.printed ? "as printed" : "text as printed";
  }

  show(node) {
    const { shown, printed, fold } = this;
    if (node === shown) return;
    this.shown = node;
    shown.replaceWith(node);
    for (const { src } of shown.querySelectorAll("img[src^=blob]")) URL.revokeObjectURL(src);
    for (const place of shown.querySelectorAll(".figure-place")) place.end?.(); // none is printed
    if (node === printed) fold.remove();
    else if (printed.hasChildNodes()) {
      node.after(fold);
      fold.append(printed);
    }
  }
}
