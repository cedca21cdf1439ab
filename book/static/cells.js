/**
 * Lets the reader run and change the code of a page: a bar below its title, buttons at each cell.
 * Until one is pressed nothing is fetched, and nothing that was there is changed.
 */
import { edit } from "./editor.js";
import { make } from "./make.js";
import { PAGE, recall, remember, remember_box } from "./memory.js";
import { Output } from "./outputs.js";
import { Stopped } from "./python.js";

const button = (text, onclick, properties = {}) =>
  make("button", { type: "button", onclick, ...properties }, text);
const since = (start, digits = 1) => `${((performance.now() - start) / 1000).toFixed(digits)} s`;
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

class Cell {
  constructor(node, k, page) {
    Object.assign(this, { node, page, name: `cell ${k}`, ran: null, area: null });
    node.id ||= `cell-${k}`;
    this.code = node.querySelector('.cell_input pre, script[type="text/x-python"]');
    this.printed = this.source;
    this.place = `${PAGE} ${this.printed}`; // so that no change of it shadows a corrected one
    const run = button("Run", () => this.run());
    this.above = button("Run all above", () => page.run(this.before()), { hidden: true });
    this.again = button("Start over", () => this.start_over(), { hidden: true });
    for (const key of [run, this.above, this.again]) {
      key.ariaLabel = `${key.textContent} ${this.name}`;
    }
    this.state = make("span", { className: "live-state" });
    const row = make("div", { className: "live-row" }, run, this.above, this.again, this.state);
    const output = node.querySelector(".cell_output") ?? make("div", { className: "cell_output" });
    if (!output.isConnected) {
      (node.querySelector(".tag_hide-cell > details") ?? node).append(output);
    }
    output.before(row);
    this.output = new Output(node, output, page.python);
  }

  get source() {
    return this.code.textContent;
  }

  before() {
    return this.page.cells.slice(0, this.page.cells.indexOf(this));
  }

  /** Runs it, after those above that have not run as they are now. */
  run() {
    this.page.run([...this.before().filter(({ ran, source }) => ran !== source), this]);
  }

  say(state, ...text) {
    this.node.dataset.live = state;
    this.state.replaceChildren(...text);
  }

  /** Makes it an editor, with the reader's change where one is remembered. */
  open() {
    this.above.hidden = this.before().length === 0;
    if (this.area || this.code.matches("script")) return;
    const change = () => {
      this.again.hidden = this.source === this.printed;
      this.say("", this.again.hidden ? "" : "changed");
      remember("code", this.place, this.again.hidden ? undefined : this.area.value);
    };
    this.area = edit(this.code, `Code of ${this.name}`, change, () => this.run());
    const change_of_before = recall("code", this.place);
    if (change_of_before === undefined) return;
    this.write(change_of_before);
    this.say("", "your change, kept in this browser");
  }

  write(text) {
    this.area.value = text;
    this.area.dispatchEvent(new Event("input"));
  }

  start_over() {
    this.ran = null;
    this.output.show(this.output.printed);
    if (this.area) this.write(this.printed.replace(/\n$/, ""));
    this.say("");
  }

  /** Runs it now; resolves with the last line of its error, "" where it came to its end. */
  async turn() {
    const { source, output, page } = this;
    const start = performance.now();
    let error = "";
    const tick = () => {
      this.say("running", `running, ${since(start, 0)}`);
      page.clock.textContent = `${this.name}, ${since(start, 0)}`;
    };
    const tell = (kind, content) => {
      if (kind === "fetch") return page.fetching("matplotlib", `Running ${this.name}.`, content);
      if (kind === "error") error = content.trim().split("\n").at(-1);
      output.tell(kind, content);
    };
    tick();
    const timer = setInterval(tick, 1000);
    try {
      output.begin(source === this.printed);
      const ended = await page.python.run(this.name, source, tell);
      const compared = output.end();
      if (ended) this.ran = source;
      else for (const fold of this.node.querySelectorAll("details.hide")) fold.open = true;
      const how = ended ? compared || "done" : "ended with an error";
      this.say(ended ? "done" : "failed", `${how}, ${since(start)}`);
      return ended ? "" : error;
    } finally {
      clearInterval(timer);
    }
  }
}

class Page {
  constructor(python) {
    Object.assign(this, { python, queue: [], job: null, agreed: false, opened: false });
    const nodes = [...document.querySelectorAll("div.cell")];
    this.cells = nodes.map((node, k) => new Cell(node, k + 1, this));
    this.main = button("Run the code in this page", (event) => {
      if (event.detail > 1) return; // the second click of two is no answer to a question
      this.agreed ||= this.bar.dataset.live === "asked";
      this.run(this.opened ? this.cells : []);
    });
    this.later = [
      button("Stop", () => this.stop()),
      button("Start over", () => this.start_over()),
      remember_box(),
    ];
    this.progress = make("progress", { ariaLabel: "fetched" });
    this.status = make("span", { role: "status" });
    this.clock = make("span", { className: "live-clock" });
    const line = make("div", { className: "live-line" }, this.progress, this.status, this.clock);
    const parts = [this.main, ...this.later, line];
    this.bar = make("div", { className: "live-bar", role: "group", ariaLabel: "Code" }, ...parts);
    document.querySelector("article h1").after(this.bar);
    this.say("");
  }

  /** Shows in words, and for the styles, how it stands with the page. */
  say(state, ...text) {
    this.bar.dataset.live = state;
    this.status.replaceChildren(...text);
    this.clock.replaceChildren();
    this.progress.hidden = true;
    for (const part of this.later) part.hidden = !this.opened;
    const first = state === "asked" ? "Fetch it" : "Run the code in this page";
    this.main.textContent = this.opened ? "Run all" : first;
  }

  /** Shows how much has come of what is fetched, and at last what happens `then`. */
  fetching(when, then, { done, total }) {
    if (this.progress.hidden) {
      const what = when === "start" ? "Python" : "what draws pictures";
      const from = this.python.weight(when).host || "this book";
      this.say("busy", `Fetching ${what}, ${megabytes(total)} MB, from ${from}.`);
    }
    Object.assign(this.progress, { hidden: false, max: total, value: done });
    this.clock.textContent = `${megabytes(done)} of ${megabytes(total)} MB`;
    if (done > 0.999 * total) this.say("busy", then);
  }

  /** Runs cells, one after the other, as soon as there is Python and no other runs. */
  async run(cells) {
    for (const cell of cells.filter((one) => !this.queue.includes(one))) {
      this.queue.push(cell);
      cell.say("waiting", "waiting");
    }
    if (this.job) return;
    this.job = this.work().catch((error) => {
      for (const cell of this.cells) cell.ran = null; // the names are gone
      if (!(error instanceof Stopped)) this.drop(error.message);
    });
    await this.job;
    this.job = null;
  }

  async work() {
    if (this.python.state === "absent" && !(await this.begin())) return;
    if (this.python.state === "loading") this.say("busy", "Starting Python.");
    await this.python.start(); // where it has been stopped just now
    if (this.queue.length) await this.run_queue();
    else this.say("", "Python is ready.");
  }

  async run_queue() {
    const { queue } = this;
    const start = performance.now();
    const all = queue.length > 1 ? `${queue.length} cells` : queue[0].name;
    let error = "";
    let differ = 0;
    let cell;
    for (; queue.length && !error; queue.shift()) {
      cell = queue[0];
      this.say("busy", `Running ${all}.`);
      error = await cell.turn();
      if (!cell.output.same) differ += 1;
    }
    const link = () => make("a", { href: `#${cell.node.id}` }, cell.name);
    const compared = differ ? `${differ} with other text than printed` : "the text is as printed";
    if (error) this.drop("An error in ", link, `: ${error}`);
    else this.say("", `Ran ${all} in ${since(start)}: ${compared}.`);
  }

  /** Gives up what waits, and says why in the bar and at the cell that was asked for. */
  drop(...why) {
    const text = () => why.map((part) => (typeof part === "string" ? part : part()));
    const waiting = this.queue.splice(0);
    for (const cell of waiting) cell.say("");
    waiting.at(-1)?.say("dropped", ...text());
    this.say("", ...text());
  }

  /** Starts Python, after a question where it comes from another host; whether it started. */
  async begin() {
    const { bytes, host } = this.python.weight("start");
    if (host && !this.agreed) {
      const more = megabytes(this.python.weight("matplotlib").bytes);
      const what = `${megabytes(bytes)} MB, and ${more} MB more at the first picture`;
      this.say("asked", `Python comes from ${host}: ${what}. What you write stays here.`);
      this.main.focus();
      return false;
    }
    const progress = (part) => this.fetching("start", "Starting Python.", part);
    progress({ done: 0, total: bytes });
    try {
      await this.python.start(progress);
    } catch ({ message }) {
      this.drop(message);
      return false;
    }
    this.open();
    return true;
  }

  open() {
    this.opened = true;
    for (const cell of this.cells) cell.open();
    this.say("");
  }

  /** Ends what runs; Python starts anew at once. */
  async stop() {
    if (!this.job) return this.say("", "Nothing is running.");
    this.drop("Stopped. All names are gone.");
    await this.python.stop().catch(({ message }) => this.say("", message));
  }

  /** All as printed, and a new Python. */
  async start_over() {
    this.queue.length = 0;
    const anew = this.python.stop();
    for (const cell of this.cells) cell.start_over();
    this.say("", "All is as printed, and Python starts anew.");
    await anew.catch(({ message }) => this.say("", message));
  }
}

/** Makes the cells of the page run in this Python. */
export const show_cells = (python) => new Page(python);
