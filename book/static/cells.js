/**
 * Lets the reader run and change the code of a page, with the bar below its title and the buttons
 * at each cell, which the build has put there. Until one is pressed nothing is fetched, and nothing
 * is changed.
 */
import { edit } from "./editor.js";
import { make } from "./make.js";
import { may_remember, PAGE, recall, remember, remember_box } from "./memory.js";
import { Output } from "./outputs.js";
import { Stopped } from "./python.js";

const since = (start, digits = 1) => `${((performance.now() - start) / 1000).toFixed(digits)} s`;
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
const count = (cells) => (cells.length === 1 ? cells[0].name : `${cells.length} cells`);
const READY = "Python is ready. Click into the code to change it; Shift+Enter or Run runs it.";
const ANEW = "Python is new and has forgotten all variables: Run runs the cells above first.";

/** In words, how what cells show compares with what is printed; changed ones have nothing to. */
function compared(ran) {
  const unchanged = ran.filter(({ changed }) => !changed);
  const others = unchanged.filter(({ output }) => !output.same);
  const other = `: other text than printed in ${count(others)}, which you did not change`;
  if (others.length) return other;
  const where = unchanged.length < ran.length ? "where you changed nothing, " : "";
  return unchanged.length ? `: ${where}the text is as printed` : "";
}

class Cell {
  ran = null; // the source that Python has run last, as long as it has the names
  stopped = null; // the source that the reader has stopped: it does not run again by itself

  constructor(node, k, page) {
    const code = node.querySelector('.cell_input pre, script[type="text/x-python"]');
    const [, key, above, again, state] = node.querySelector(".live-row").children;
    Object.assign(this, { node, code, page, key, above, again, state, name: `cell ${k}` });
    node.id ||= `cell-${k}`;
    this.printed = this.source;
    this.place = `${PAGE} ${this.printed}`; // so that no change of it shadows a corrected one
    this.output = new Output(node, page.python);
    key.onclick = ({ detail }) => {
      if (detail > 1) return; // two clicks are meant as one
      if (this.waits) page.restart();
      else this.run();
    };
    above.onclick = () => page.run(this.before(), this);
    again.onclick = () => {
      this.editor.retype(this.printed);
      this.start_over();
    };
    node.addEventListener("keydown", ({ key, isComposing }) => {
      if (key === "Escape" && this.waits && !isComposing) page.restart();
    });
  }

  get waits() {
    return this.page.queue.includes(this);
  }

  get changed() {
    return this.source !== this.printed;
  }

  get source() {
    return this.code.textContent;
  }

  before() {
    return this.page.cells.slice(0, this.page.cells.indexOf(this));
  }

  after() {
    return this.page.cells.slice(this.page.cells.indexOf(this) + 1);
  }

  /** Runs it, after those above that have not run as they are now. */
  run() {
    this.stopped = null;
    this.page.run([...this.before().filter(({ ran, source }) => ran !== source), this], this);
  }

  say(state, ...text) {
    this.node.dataset.live = state;
    this.state.replaceChildren(...text);
    const action = this.waits ? "Stop" : "Run";
    Object.assign(this.key, { textContent: action, ariaLabel: `${action} ${this.name}` });
  }

  /** Says how it stands with one that neither runs nor waits. */
  rest() {
    this.again.hidden = !this.changed;
    this.say("", this.changed ? "changed" : "");
  }

  /** Makes it an editor, with the reader's change where one is remembered. */
  open() {
    this.above.hidden = this.before().length === 0;
    if (this.code.matches("script")) return;
    const change = () => {
      this.rest();
      remember("code", this.place, this.changed ? this.source : undefined);
    };
    this.editor = edit(this.code, `Code of ${this.name}`, change, () => this.run());
    if (this.kept === undefined) return;
    this.editor.write(this.kept);
    this.say("", "your change, kept in this browser");
  }

  /** The reader's change of before, where one is remembered. */
  get kept() {
    return recall("code", this.place);
  }

  start_over() {
    this.ran = this.stopped = null;
    remember("ran", this.place, undefined);
    this.output.show(this.output.printed);
    if (this.changed) this.editor.write(this.printed);
    this.rest();
  }

  /** Runs it now; resolves with the last line of its error, "" where it came to its end. */
  async turn() {
    const { source, output, page } = this;
    const start = performance.now();
    let error = "";
    const tell = (kind, content) => {
      if (kind === "fetch") return page.fetching("matplotlib", content);
      if (kind === "error") error = content.trim().split("\n").at(-1);
      output.tell(kind, content);
    };
    output.begin(!this.changed);
    const ended = await page.python.run(this.name, source, tell).catch((reason) => {
      if (reason instanceof Stopped) {
        this.stopped = source;
        this.say("stopped", `stopped after ${since(start)}`);
      }
      throw reason;
    });
    const compared = output.end();
    if (ended) this.has_run(source);
    else (this.node.closest(".fold") ?? this.node.querySelector(".fold"))?.setAttribute("open", "");
    const how = ended ? compared || "done" : "ended with an error";
    page.queue.shift();
    this.say(ended ? "done" : "failed", `${how}, ${since(start)}`);
    return error;
  }

  /** Where another source of it has run before, what later cells show is said to be older. */
  has_run(source) {
    const later = this.ran === null || this.ran === source ? [] : this.after();
    for (const cell of later.filter(({ ran, waits }) => ran !== null && !waits)) {
      cell.say("older", `older than ${this.name}`);
    }
    this.ran = source;
    if (source === this.printed) return;
    // How far the reader is with a function, the page of progress reads from what the judge said.
    remember("ran", this.place, { code: source, printed: this.output.said.slice(0, 2000) });
  }
}

class Page {
  queue = []; // the cells that run, one after the other
  running = null; // the first of them, when it does
  ended = 0; // how many have, before those
  asked = null; // the cell at which they were asked for last
  job = null; // settled when the queue has been worked off
  opened = false;
  agreed = false; // to fetch from another host

  constructor(python) {
    const bar = document.querySelector(".live-bar");
    const [main, stop, again] = bar.querySelectorAll("button");
    const [progress, status, clock] = bar.querySelector(".live-line").children;
    Object.assign(this, { python, bar, main, stop, again, progress, status, clock });
    this.cells = [...document.querySelectorAll("div.cell")].map((n, k) => new Cell(n, k + 1, this));
    stop.onclick = () => this.restart();
    again.onclick = () => this.start_over();
    main.onclick = ({ detail }) => {
      if (detail > 1) return; // the second click of two is no answer to a question
      this.agreed ||= bar.dataset.live === "asked";
      this.run(this.opened ? this.cells : []);
    };
    addEventListener("beforeunload", (event) => {
      if (this.changed().length && !may_remember()) event.preventDefault(); // the browser asks
    });
    const kept = this.cells.filter((cell) => cell.kept !== undefined);
    if (kept.length) this.say("", `Your change of ${count(kept)} is kept: it comes with Python.`);
  }

  changed() {
    return this.cells.filter(({ changed }) => changed);
  }

  /** Shows in words, and for the styles, how it stands with the page. */
  say(state, ...text) {
    this.bar.dataset.live = state;
    this.status.replaceChildren(...text);
    this.stop.textContent = state === "busy" ? "Stop" : "Restart Python";
    this.progress.hidden = true;
    this.begun = performance.now();
    this.tick();
  }

  /** Shows the time, which is not read aloud. */
  tick() {
    if (!this.progress.hidden) return;
    const busy = this.bar.dataset.live === "busy";
    const time = since(this.begun, 0);
    const { ended, running } = this;
    const all = ended + this.queue.length;
    const where = running && all > 1 ? `${ended + 1} of ${all}: ${running.name}, ` : "";
    this.clock.textContent = busy ? where + time : "";
    if (busy) running?.say("running", `running, ${time}`);
  }

  /** Shows how much has come of what is fetched, and at last what was said before. */
  fetching(when, { done, total }) {
    if (this.progress.hidden) {
      this.before = this.status.textContent;
      const what = when === "start" ? "Python" : "what draws pictures";
      const from = this.python.weight(when).host || "this book";
      this.say("busy", `Fetching ${what}, ${megabytes(total)} MB, from ${from}.`);
    }
    Object.assign(this.progress, { hidden: false, max: total, value: done });
    this.clock.textContent = `${megabytes(done)} of ${megabytes(total)} MB`;
    if (done > 0.999 * total) this.say("busy", this.before);
  }

  /** Runs cells, one after the other, as soon as there is Python; what goes wrong, `asked` says. */
  async run(cells, asked = null) {
    this.asked = asked;
    for (const cell of cells.filter((one) => !this.queue.includes(one))) {
      this.queue.push(cell);
      cell.say("waiting", "waiting");
    }
    if (this.job) return;
    const timer = setInterval(() => this.tick(), 1000);
    this.job = this.work().catch((error) => {
      for (const cell of this.cells) cell.ran = null; // the names are gone
      if (!(error instanceof Stopped)) this.drop(error.message);
    });
    await this.job;
    this.job = this.running = this.asked = null;
    clearInterval(timer);
  }

  async work() {
    const { bytes, host } = this.python.weight("start");
    if (host && !this.agreed) return this.ask(bytes, host);
    if (this.python.state !== "ready") this.say("busy", "Starting Python.");
    await this.python.start((part) => this.fetching("start", part));
    if (!this.opened) this.open();
    if (this.queue.length) await this.run_queue();
    else this.say("", READY);
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
    const ran = [];
    this.say("busy", `Running ${count(queue)}.`);
    while (queue.length) {
      const [cell] = queue;
      const link = make("a", { href: `#${cell.node.id}` }, cell.name);
      if (cell.stopped === cell.source) {
        return this.drop("Not run: ", link, ", which was stopped. Change it, or press Run there.");
      }
      Object.assign(this, { running: cell, ended: ran.length, begun: performance.now() });
      this.tick();
      const error = await cell.turn();
      if (cell === this.asked) this.asked = null; // it speaks for itself
      if (error) return this.drop("An error in ", link, `: ${error}`);
      ran.push(cell);
    }
    this.say("", `Ran ${count(ran)} in ${since(start)}${compared(ran)}.`);
  }

  /** Gives up what waits, and says why in the bar and at the cell that was asked for. */
  drop(...why) {
    this.say("", ...why);
    for (const cell of this.queue.splice(0)) cell.rest();
    this.asked?.say("dropped", ...this.status.cloneNode(true).childNodes);
  }

  /** Ends what runs; Python starts anew at once. */
  async restart() {
    if (!this.opened) return this.drop("Stopped."); // there is none
    this.drop(this.job ? "Stopped. " : "", ANEW);
    for (const cell of this.cells) cell.ran = null;
    await this.python.stop().catch(({ message }) => this.say("", message));
  }

  /** All as printed, and a new Python. */
  async start_over() {
    const changed = this.changed();
    const question = `Take back your change of ${count(changed)}? Nothing brings it back.`;
    if (changed.length && !confirm(question)) return;
    const anew = this.restart();
    await this.job; // then what ran has ended
    for (const cell of this.cells) cell.start_over();
    this.say("", "All is as printed, and Python starts anew.");
    await anew;
  }
}

/** Makes the cells of the page run in this Python. */
export const show_cells = (python) => new Page(python);
