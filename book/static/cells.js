/**
 * Lets the reader run and change the code of a page, with the bar below its title and the buttons
 * at each cell, which the build has put there. Until one is pressed nothing is fetched, and nothing
 * is changed.
 */
import { edit } from "./editor.js";
import { make } from "./make.js";
import { PAGE, recall, remember, remember_box } from "./memory.js";
import { Output } from "./outputs.js";
import { Stopped } from "./python.js";

const since = (start, digits = 1) => `${((performance.now() - start) / 1000).toFixed(digits)} s`;
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

class Cell {
  ran = null; // the source that Python has run last, as long as it has the names

  constructor(node, k, page) {
    const code = node.querySelector('.cell_input pre, script[type="text/x-python"]');
    const [run, above, again, state] = node.querySelector(".live-row").children;
    Object.assign(this, { node, code, page, above, again, state, name: `cell ${k}` });
    node.id ||= `cell-${k}`;
    this.printed = this.source;
    this.place = `${PAGE} ${this.printed}`; // so that no change of it shadows a corrected one
    this.output = new Output(node, page.python);
    run.onclick = () => this.run();
    above.onclick = () => page.run(this.before());
    again.onclick = () => this.start_over();
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
    if (this.code.matches("script")) return;
    const change = () => {
      const changed = this.source !== this.printed;
      this.again.hidden = !changed;
      this.say("", changed ? "changed" : "");
      remember("code", this.place, changed ? this.source : undefined);
    };
    this.write = edit(this.code, `Code of ${this.name}`, change, () => this.run());
    const remembered = recall("code", this.place);
    if (remembered === undefined) return;
    this.write(remembered);
    this.say("", "your change, kept in this browser");
  }

  start_over() {
    this.ran = null;
    this.output.show(this.output.printed);
    this.write?.(this.printed);
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
      return error;
    } finally {
      clearInterval(timer);
    }
  }
}

class Page {
  queue = [];
  job = null; // settled when the queue has been worked off
  opened = false;
  agreed = false; // to fetch from another host

  constructor(python) {
    const bar = document.querySelector(".live-bar");
    const [main, stop, again] = bar.querySelectorAll("button");
    const [progress, status, clock] = bar.querySelector(".live-line").children;
    Object.assign(this, { python, bar, main, stop, again, progress, status, clock });
    this.cells = [...document.querySelectorAll("div.cell")].map((n, k) => new Cell(n, k + 1, this));
    stop.onclick = () => this.end();
    again.onclick = () => this.start_over();
    main.onclick = ({ detail }) => {
      if (detail > 1) return; // the second click of two is no answer to a question
      this.agreed ||= bar.dataset.live === "asked";
      this.run(this.opened ? this.cells : []);
    };
  }

  /** Shows in words, and for the styles, how it stands with the page. */
  say(state, ...text) {
    this.bar.dataset.live = state;
    this.status.replaceChildren(...text);
    this.clock.replaceChildren();
    this.progress.hidden = true;
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
    const { bytes, host } = this.python.weight("start");
    if (host && !this.agreed) return this.ask(bytes, host);
    if (this.python.state !== "ready") this.say("busy", "Starting Python.");
    await this.python.start((part) => this.fetching("start", "Starting Python.", part));
    if (!this.opened) this.open();
    if (this.queue.length) await this.run_queue();
    else this.say("", "Python is ready.");
  }

  ask(bytes, host) {
    const more = megabytes(this.python.weight("matplotlib").bytes);
    const what = `${megabytes(bytes)} MB, and ${more} MB more at the first picture`;
    this.say("asked", `Python comes from ${host}: ${what}. What you write stays here.`);
    this.main.textContent = "Fetch it";
    this.main.focus();
  }

  /** Makes the cells editors, and shows the buttons that need Python. */
  open() {
    this.opened = true;
    this.main.textContent = "Run all";
    this.stop.hidden = this.again.hidden = false;
    this.again.after(remember_box());
    for (const cell of this.cells) cell.open();
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
    const link = make("a", { href: `#${cell.node.id}` }, cell.name);
    const compared = differ ? `${differ} with other text than printed` : "the text is as printed";
    if (error) this.drop("An error in ", link, `: ${error}`);
    else this.say("", `Ran ${all} in ${since(start)}: ${compared}.`);
  }

  /** Gives up what waits, and says why in the bar and at the cell that was asked for. */
  drop(...why) {
    this.say("", ...why);
    const waiting = this.queue.splice(0);
    for (const cell of waiting) cell.say("");
    waiting.at(-1)?.say("dropped", this.status.textContent);
  }

  /** Ends what runs; Python starts anew at once. */
  async end() {
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
