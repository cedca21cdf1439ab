/** Starts what a page with code has: its Python and its cells, when the reader asks for it. */
import { show_cells } from "./cells.js";
import { hear } from "./host.js";
import { Python } from "./python.js";

document.addEventListener("DOMContentLoaded", () => {
  const manifest = document.getElementById("python-files");
  if (!manifest) return;
  globalThis.python = new Python(JSON.parse(manifest.textContent), hear);
  show_cells(globalThis.python);
});
