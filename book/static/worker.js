/**
 * What the worker of a page runs, after Pyodide's own scripts: Python with the book's code in it.
 *
 * It hears {call, files, ...} with a port, through which it answers {kind, content} while the call
 * runs, then {done}, or {failed} with a message. What Pyodide would fetch, it has been given.
 */
const NOWHERE = "https://files.invalid/";
const files = {}; // name -> Blob
let python;
let session;
let port; // of the call that runs

self.fetch = async (address) => {
  const name = String(address).split("/").at(-1);
  if (!files[name])
    throw new TypeError(`expected no request from Python; found one for ${address}`);
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(files[name], { headers: { "Content-Type": type } });
};

const tell = (kind, content) => port.postMessage({ kind, content });

const calls = {
  /** Starts Python, compiled before, with what the book needs at once. */
  async start({ module, archives }) {
    WebAssembly.instantiateStreaming = async (_, imports) => {
      return { module, instance: await WebAssembly.instantiate(module, imports) };
    };
    // biome-ignore lint/correctness/noUndeclaredVariables: Pyodide's, whose scripts come before
    python = await loadPyodide({ indexURL: NOWHERE });
    await calls.add({ archives });
    python.globals.set("tell_page", tell);
    session = python.runPython(`
      import os, sys

      sys.path[:0] = ["/project", "/project/book", "/project/book/live/stand_in"]
      os.environ["MPLBACKEND"] = "module://live.pictures"
      os.chdir("/project/book")

      import nnlib
      from js import Object
      from live.cells import Session
      from pyodide.ffi import to_js

      def tell(kind, content):
          tell_page(kind, to_js(content, dict_converter=Object.fromEntries))

      Session(tell)
    `);
  },
  /** Unpacks wheels and the book's code; Pyodide's loadPackage would compile all of it at once. */
  async add({ archives }) {
    for (const name of archives) {
      const bytes = await files[name].arrayBuffer();
      python.unpackArchive(bytes, "zip", { extractDir: "/project" });
    }
    if (!session) return; // later, these are matplotlib's
    // With this list it need not look for fonts.
    python.runPython(`
      import shutil

      shutil.copy("/project/book/live/fontlist.json", "/project/matplotlib")
    `);
  },
  run: ({ source, name }) => session.run(source, name),
  set({ model, trait, value }) {
    session.set(model, trait, python.toPy(value));
  },
};

self.onmessage = async ({ data: { call, files: more, ...rest }, ports: [answer] }) => {
  Object.assign(files, more);
  port = answer;
  try {
    answer.postMessage({ done: await calls[call](rest) });
  } catch (error) {
    answer.postMessage({ failed: error.message });
  }
};
