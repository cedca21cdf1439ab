/** Starts what a page with code has: its cells, and Python when the reader asks for it. */
import { show_cells } from "./cells.js";
import { enlarge_pictures } from "./enlarge.js";
import { hear } from "./host.js";
import { Python } from "./python.js";

/** The build calls it, with the list of Python's files; they are in a folder beside the script. */
export function start_page(manifest) {
  const folder = new URL("python/", document.currentScript.src).href;
  document.addEventListener("DOMContentLoaded", () => {
    enlarge_pictures();
    globalThis.python = new Python({ ...manifest, folder }, hear);
    show_cells(globalThis.python);
  });
}
