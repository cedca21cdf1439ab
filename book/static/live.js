/** Starts what a page with code has: its Python, when the reader asks for it. */
import { python_of } from "./python.js";

const manifest = document.getElementById("python-files");
if (manifest) globalThis.python = python_of(JSON.parse(manifest.textContent));
