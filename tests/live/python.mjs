/**
 * Runs a script of the project in Pyodide, the Python of web pages:
 *
 *     node tests/live/python.mjs FOLDER SCRIPT ARGUMENTS...
 *
 * FOLDER is where Pyodide is; packages that are not there come from its own address. The project,
 * here the current folder, is the script's too.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...argv] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")));
const python = await loadPyodide({ env: { HOME: "/home", PYTHONDONTWRITEBYTECODE: "1" } });
await python.loadPackage(["matplotlib", "traitlets"], { messageCallback() {} });
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
