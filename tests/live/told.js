/**
 * A Python for the tests of a page: each cell tells what is printed there, or what the test has
 * put into python.script under the name of the cell, such as [["stdout", "other\n"]]. Its own are
 * "wait", until python.go() is called, and "die", with the reason.
 */
export class Stopped extends Error {}

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAECAAAAACSU/ERAAAADElEQVR42mNgIB4AAAAsAAFrfpU6AAAAAElFTkSuQmCC";
const picture = () => Uint8Array.from(atob(PNG), (letter) => letter.charCodeAt(0));

export class Python {
  state = "absent";
  host = globalThis.cdn ?? "";
  refusals = globalThis.refusals ?? [];
  script = {};
  ran = []; // [name, source]
  heard = []; // [model, trait, value]
  weight = (when) => ({ bytes: when === "start" ? 9e6 : 8e6, host: this.host });

  start(progress = () => {}) {
    if (this.state === "absent") this.started = this.begin(progress);
    return this.started;
  }
  async begin(progress) {
    this.state = "loading";
    progress({ done: 3e6, total: 9e6 });
    if (globalThis.slow) await this.pause();
    const refusal = this.refusals.shift();
    this.state = refusal ? "absent" : "ready";
    if (refusal) throw Error(refusal);
    progress({ done: 9e6, total: 9e6 });
  }
  pause() {
    return new Promise((resolve, reject) => {
      this.go = resolve;
      this.halt = reject;
    });
  }
  printed(name) {
    const cell = document.querySelectorAll("div.cell")[name.split(" ")[1] - 1];
    const output = cell.querySelector(".cell_output:not(.live-output)");
    const parts = [...output.querySelectorAll(".output pre")];
    parts.push(...cell.querySelectorAll('script[type="text/markdown"]'));
    const texts = parts.map(({ textContent }) => textContent);
    const pictures = [...output.querySelectorAll(":scope > figure > img")];
    return [
      ...texts.map((text) => ["stdout", text]),
      ...pictures.map(() => ["data", { "text/plain": "<Figure>", "image/png": picture() }]),
    ];
  }
  async run(name, source, tell) {
    await this.started;
    this.state = "running";
    this.ran.push([name, source]);
    let done = true;
    for (const [kind, content] of this.script[name] ?? this.printed(name)) {
      if (kind === "wait") await this.pause();
      else if (kind === "die") throw Error(content);
      else tell(kind, content);
      if (kind === "error") done = false;
    }
    this.state = "ready";
    return done;
  }
  async set(...heard) {
    this.heard.push(heard);
  }
  async stop() {
    this.halt?.(new Stopped("stopped"));
    this.state = "absent";
    return this.start();
  }
}
