/**
 * Runs a script of the project in Pyodide, the Python of web pages:
 *
 *     node tests/live/python.mjs FOLDER SCRIPT ARGUMENTS...
 *
 * FOLDER has the files that pyodide.json names; the project, here the current folder, is the
 * script's too.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [folder, ...argv] = process.argv.slice(2);
const { files } = JSON.parse(readFileSync("book/live/pyodide.json"));
const { loadPyodide } = createRequire(import.meta.url)(resolve(folder, "pyodide.js"));
const python = await loadPyodide({
  indexURL: folder,
  env: { HOME: "/home", PYTHONDONTWRITEBYTECODE: "1" },
});
const wheels = Object.keys(files).filter((name) => name.endsWith(".whl"));
await python.loadPackage(
  wheels.map((name) => resolve(folder, name)),
  { messageCallback() {} },
);
python.mountNodeFS("/project", process.cwd());
python.globals.set("argv", python.toPy(argv));
try {
  python.runPython(`
    import os, runpy, sys

    os.chdir("/project")
    sys.argv = argv
    runpy.run_path(argv[0], run_name="__main__")
  `);
} catch (error) {
  console.error(error.message); // without the text of Pyodide, which Node would show with it
  process.exitCode = 1;
}
