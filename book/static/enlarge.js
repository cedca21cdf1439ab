/** Shows a picture larger, in a dialog, at a press on it or on the button in its caption. */
import { make } from "./make.js";

const large = make("img", { className: "dark-light" }); // the theme dims no such picture
const larger = make("dialog", { className: "enlarged" }, make("button", {}, "Close"), large);
larger.onclick = () => larger.close();

/** Gives a caption the button, for who does not point. */
export function add_button(caption) {
  const number = caption.querySelector(".caption-number")?.textContent.trim() ?? "the picture";
  const button = { type: "button", className: "enlarge", ariaLabel: `Enlarge ${number}` };
  (caption.querySelector("p") ?? caption).append(
    make("button", button, make("i", { className: "fas fa-expand", ariaHidden: "true" })),
  );
}

function show_larger({ target }) {
  const figure = target.closest(".cell_output > figure > img, .enlarge")?.closest("figure");
  if (!figure) return;
  const { alt, src } = figure.querySelector("img");
  Object.assign(large, { alt, src });
  larger.ariaLabel = figure.querySelector(".caption-number")?.textContent.trim() || "Picture";
  larger.showModal();
}

/** Makes all pictures of the page, and those to come, show larger. */
export function enlarge_pictures() {
  document.body.append(larger);
  for (const caption of document.querySelectorAll(".cell_output > figure > img + figcaption")) {
    add_button(caption);
  }
  document.addEventListener("click", show_larger);
}
