/** Starts what a page with code has: its Python, when the reader asks for it. */
import { Python } from "./python.js";

const manifest = document.getElementById("python-files");
if (manifest) globalThis.python = new Python(JSON.parse(manifest.textContent));
