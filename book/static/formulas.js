/** What is copied has its formulas, as TeX; a numbered one has a button that copies it alone. */

const FORMULA = ".math[data-tex]";

/** A formula as it is written in a text. */
function written(formula) {
  const { tagName, dataset } = formula;
  return tagName === "DIV" ? `\\[ ${dataset.tex} \\]` : `\\(${dataset.tex}\\)`;
}

/** What is selected, with TeX for every formula, also for one that is selected in part. */
function selected() {
  const range = getSelection().getRangeAt(0).cloneRange();
  const around = range.commonAncestorContainer;
  const within = (around.closest ? around : around.parentElement).closest(FORMULA);
  if (within) range.selectNode(within);
  const copy = document.createElement("div");
  copy.append(range.cloneContents());
  return copy;
}

function put_formulas(event) {
  if (getSelection().isCollapsed || event.target.closest?.("input, textarea")) return;
  const copy = selected();
  const formulas = copy.querySelectorAll(FORMULA);
  if (!formulas.length) return;
  for (const formula of formulas) formula.replaceWith(written(formula));
  copy.className = "copied";
  document.body.append(copy); // only what is shown has lines
  // biome-ignore lint/performance/useDomNodeTextContent: for the lines
  event.clipboardData.setData("text/plain", copy.innerText);
  event.clipboardData.setData("text/html", copy.innerHTML);
  copy.remove();
  event.preventDefault();
}

function add_button(number) {
  const button = document.createElement("button");
  const said = document.createElement("span");
  button.type = "button";
  button.textContent = "copy LaTeX";
  button.ariaLabel = `copy LaTeX of ${number.querySelector(".eqname").textContent}`;
  said.role = "status";
  button.addEventListener("click", async () => {
    said.textContent = "";
    const { tex } = number.closest(FORMULA).dataset;
    said.textContent = await navigator.clipboard.writeText(tex).then(
      () => "copied",
      () => "The browser does not allow it here.",
    );
  });
  const place = document.createElement("span");
  place.className = "copy-tex";
  place.append(said, " ", button);
  number.append(place);
}

document.addEventListener("copy", put_formulas);
document.querySelectorAll(".math > .eqno").forEach(add_button);
