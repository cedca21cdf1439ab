/** The Python of a page: gets its files, starts it in a worker, and runs cells there. */

const AGAIN = "The page reads on as before; press again to try again.";
const DRAWS = /\b(matplotlib|plots|pylab)\b/; // in a cell that needs matplotlib

/** What a cell ends with that was running when Python was stopped. */
export class Stopped extends Error {}

/** Loads one piece of a file that the book carries: from disk too, where nothing can be fetched. */
function load_script(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.onload = resolve;
    script.onerror = () => reject(Error(`expected ${address} beside the pages; found none.`));
    script.src = address;
    document.head.append(script);
    script.remove();
  });
}

const pieces = {};
globalThis.python_piece = (name, k, letters) => {
  pieces[name] ??= [];
  pieces[name][k] = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
};

/** The bytes of a file of the book, from its pieces, which are those of its gzip. */
async function from_book({ name, pieces: count, integrity }, folder, progress) {
  const load = async (_, k) => {
    await load_script(`${folder}${name}.${k}.js?v=${encodeURIComponent(integrity.slice(7, 15))}`);
    progress(pieces[name][k].length);
  };
  await Promise.all(Array.from({ length: count }, load));
  const packed = new Blob(pieces[name]).stream();
  delete pieces[name];
  return new Response(packed.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** The bytes of a file of another host. */
async function from_cdn({ name, integrity }, cdn, progress) {
  // Without crypto.subtle, which a page over http lacks, the browser checks what it has read whole.
  const options = crypto.subtle ? {} : { integrity };
  const response = await fetch(cdn + name, { ...options, credentials: "omit" });
  if (!response.ok) throw Error(`expected ${cdn + name}; found the answer ${response.status}.`);
  const count = new TransformStream({
    transform(bytes, out) {
      progress(bytes.length);
      out.enqueue(bytes);
    },
  });
  return new Response(response.body.pipeThrough(count)).arrayBuffer();
}

async function check({ name, integrity }, bytes) {
  if (!crypto.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = `sha256-${btoa(String.fromCharCode(...digest))}`;
  if (found !== integrity) throw Error(`expected ${name} with ${integrity}; found ${found}.`);
}

/** Speaks with a worker: .call(name, parts, tell) is settled with what it answers; .end(). */
function connect(scripts) {
  const address = URL.createObjectURL(new Blob(scripts, { type: "text/javascript" }));
  const worker = new Worker(address);
  const open = new Map();
  const end = (error) => {
    worker.terminate();
    URL.revokeObjectURL(address);
    for (const { reject } of open.values()) reject(error);
    open.clear();
  };
  worker.onmessage = ({ data: { id, kind, content, done, failed } }) => {
    if (kind) return open.get(id)?.tell(kind, content);
    if (failed) open.get(id)?.reject(Error(failed));
    else open.get(id)?.resolve(done);
    open.delete(id);
  };
  worker.onerror = ({ message }) => end(Error(`Python's worker failed: ${message ?? "blocked"}.`));
  let count = 0;
  const call = (name, parts, tell = () => {}) =>
    new Promise((resolve, reject) => {
      open.set(++count, { resolve, reject, tell });
      worker.postMessage({ id: count, call: name, ...parts });
    });
  return { call, end };
}

export function python_of({ cdn, folder, files: wanted }) {
  const files = {}; // name -> Blob
  const of = (when) => wanted.filter((file) => file.when === when);
  const missing = (when) => of(when).filter(({ name }) => !files[name]);
  const wheels = (when) => of(when).map(({ name }) => name).filter((name) => name.endsWith(".whl"));
  let module; // Pyodide, compiled
  let worker;
  let started;
  let drawing = false;

  async function get(when, progress) {
    const list = missing(when);
    const total = list.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    const add = (bytes) => {
      done += bytes;
      progress({ done, total });
    };
    await Promise.all(
      list.map(async (file) => {
        const bytes = await (file.pieces ? from_book(file, folder, add) : from_cdn(file, cdn, add));
        await check(file, bytes);
        files[file.name] = new Blob([bytes]);
      }),
    );
    return Object.fromEntries(of(when).map(({ name }) => [name, files[name]]));
  }

  async function begin(progress) {
    const parts = await get("start", progress);
    module ??= await WebAssembly.compile(await files["pyodide.asm.wasm"].arrayBuffer());
    const scripts = ["pyodide.asm.js", "pyodide.js", "worker.js"].map((name) => files[name]);
    worker = connect(scripts.flatMap((script) => [script, "\n"]));
    drawing = false;
    await worker.call("start", { files: parts, module, packages: wheels("start") });
  }

  const python = {
    state: "absent",
    weight(when) {
      const list = missing(when);
      const bytes = list.reduce((sum, file) => sum + file.bytes, 0);
      return { bytes, host: list.every((file) => file.pieces) ? "" : new URL(cdn).host };
    },
    async start(progress = () => {}) {
      python.state = "loading";
      started = begin(progress);
      try {
        await started;
        python.state = "ready";
      } catch (error) {
        if (error instanceof Stopped) throw error;
        python.state = "absent";
        throw Error(`Python did not start: ${error.message} ${AGAIN}`);
      }
    },
    async run(name, source, tell) {
      await started;
      if (DRAWS.test(source) && !drawing) {
        const parts = await get("matplotlib", (progress) => tell("fetch", progress));
        await worker.call("add", { files: parts, packages: wheels("matplotlib") });
        drawing = true;
      }
      python.state = "running";
      return worker.call("run", { name, source }, tell).finally(() => {
        if (python.state === "running") python.state = "ready";
      });
    },
    set: (model, trait, value) => worker?.call("set", { model, trait, value }),
    stop() {
      worker?.end(new Stopped("Stopped."));
      return python.start();
    },
  };
  return python;
}
