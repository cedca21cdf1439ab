/** The Python of a page, in a worker: starts it, runs cells in it, stops it. */
import { Files } from "./files.js";

const DRAWS = /\b(matplotlib|plots|pylab)\b/; // in a cell that needs matplotlib
const AGAIN = "The page reads on as before, and another press tries again.";
const NEEDS = {
  WebAssembly: "WebAssembly, in which Python is written for pages",
  Worker: "web workers, in which it runs",
  DecompressionStream: "DecompressionStream, which unpacks it",
};

/** What the run of a cell ends with when Python is stopped. */
export class Stopped extends Error {}

function check_browser() {
  for (const [name, what] of Object.entries(NEEDS)) {
    if (!globalThis[name]) throw Error(`expected a browser with ${what}; found one without`);
  }
}

async function compiled(file) {
  return WebAssembly.compile(await file.arrayBuffer()).catch(({ message }) => {
    throw Error(`expected that WebAssembly may run in this page; found ${message}`);
  });
}

/** Speaks with a worker: .call(name, parts, tell) is settled by its answer, or by .end(error). */
class Line {
  #ended = Promise.withResolvers();

  constructor(scripts, follow) {
    this.follow = follow;
    this.#ended.promise.catch(() => {}); // whoever calls hears of it
    const address = URL.createObjectURL(new Blob(scripts, { type: "text/javascript" }));
    this.worker = new Worker(address);
    this.worker.onerror = ({ message }) => {
      this.end(Error(`expected a worker; found ${message ?? "that this page allows none"}`));
    };
  }

  call(name, parts, tell = () => {}) {
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve, reject) => {
      port1.onmessage = ({ data: { kind, content, done, failed } }) => {
        if (kind === "trait") return this.follow(content);
        if (kind) return tell(kind, content);
        port1.close();
        if (failed) reject(Error(failed));
        else resolve(done);
      };
    });
    this.worker.postMessage({ call: name, ...parts }, [port2]);
    return Promise.race([answer, this.#ended.promise]);
  }

  end(error) {
    this.#ended.reject(error);
    this.worker.terminate();
  }
}

export class Python {
  /** "absent", "loading", "ready" or "running". */
  state = "absent";
  /** Milliseconds after which a reader may think of stopping a cell. */
  long = 3000;
  #files;
  #follow;
  #module; // Pyodide, compiled
  #started; // settled when a worker is there
  #line; // to that worker
  #spare; // to another, for when this one is stopped

  /** follow({model_id, name, value}) hears of each trait of a figure in the page that it sets. */
  constructor(manifest, follow) {
    this.#files = new Files(manifest);
    this.#follow = follow;
  }

  /** The bytes to get before Python can start, or draw, and the host that has them. */
  weight(when) {
    return this.#files.weight(when);
  }

  /** Settled when Python is ready; rejects with one sentence, and may be called again then. */
  start(progress = () => {}) {
    if (this.state !== "absent") return this.#started;
    this.state = "loading";
    this.#started = (this.#spare ?? this.#begin(progress)).then(
      (line) => {
        this.#line = line;
        this.state = "ready";
      },
      ({ message }) => {
        this.state = "absent";
        throw Error(`Python did not start: ${message}. ${AGAIN}`);
      },
    );
    this.#spare = undefined;
    return this.#started;
  }

  async #begin(progress) {
    check_browser();
    const files = await this.#files.get("start", progress);
    this.#module ??= await compiled(files["pyodide.asm.wasm"]);
    const scripts = ["pyodide.asm.js", "pyodide.js", "worker.js"].map((name) => files[name]);
    const line = new Line(
      scripts.flatMap((script) => [script, "\n"]),
      this.#follow,
    );
    await line.call("start", { files, module: this.#module, archives: this.#archives("start") });
    return line;
  }

  #archives(when) {
    return this.#files.names(when).filter((name) => /\.whl$|^book\.zip$/.test(name));
  }

  /**
   * Settled when the cell has ended: did it come to its end? Rejects with Stopped, or with one
   * sentence. tell(kind, content) hears what the cell shows, and "fetch" with {done, total}.
   */
  async run(name, source, tell) {
    await this.#started;
    const line = this.#line;
    if (DRAWS.test(source) && !line.draws) await this.#add_matplotlib(line, tell);
    this.state = "running";
    const spare = setTimeout(() => this.#get_spare(), this.long);
    const run = line.call("run", { name, source }, tell).finally(() => clearTimeout(spare));
    const done = await run.catch((error) => this.#end(error));
    this.state = "ready";
    return done;
  }

  async #add_matplotlib(line, tell) {
    const progress = (part) => tell("fetch", part);
    const files = await this.#files.get("matplotlib", progress).catch(({ message }) => {
      throw Error(`Matplotlib, which this cell needs, did not come: ${message}. ${AGAIN}`);
    });
    await line.call("add", { files, archives: this.#archives("matplotlib") });
    line.draws = true;
  }

  #get_spare() {
    this.#spare ??= this.#begin(() => {});
    this.#spare.catch(() => {}); // it will be heard of when it is needed
  }

  #end(error) {
    if (error instanceof Stopped) throw error;
    this.stop().catch(() => {});
    throw Error(`Python broke down: ${error.message}. It starts anew, and all variables are gone.`);
  }

  /** Gives a trait of an interactive figure the value that it has in the page. */
  set(model, trait, value, tell) {
    return this.#line.call("set", { model, trait, value }, tell);
  }

  /** Ends what runs, at once; settled when there is a new Python, without any names. */
  stop() {
    if (this.state === "loading") return this.#started; // nothing runs yet
    this.#line?.end(new Stopped("stopped"));
    this.state = "absent";
    return this.start();
  }
}
