import { make } from "./make.js";

/** Lets hints open one after the other, and what is folded below the last one after it. */
export function take_turns() {
  document.addEventListener("DOMContentLoaded", () => {
    const folds = [...document.querySelectorAll("main details")];
    const titles = folds.map((fold) => fold.querySelector("summary").textContent);
    const hints = titles.map((title) => title.match(/^Hint \d+/));
    folds.slice(1).forEach((fold, k) => {
      if (hints[k]) keep_shut(fold, folds[k], hints[k][0]);
    });
  });
}

/** Does not let the reader open a fold before another one was opened once; its title says so. */
function keep_shut(fold, earlier, title) {
  const summary = fold.querySelector("summary");
  const note = make("span", { className: "turn" }, ` (after ${title})`);
  const refuse = (event) => event.preventDefault();
  const open = () => {
    note.remove();
    summary.removeAttribute("aria-disabled");
    summary.removeEventListener("click", refuse);
  };
  summary.setAttribute("aria-disabled", "true");
  summary.addEventListener("click", refuse);
  earlier.addEventListener("toggle", open, { once: true });
  summary.firstElementChild.append(note);
}
