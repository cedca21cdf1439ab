/** Marks in the list of chapters those that the reader has read to the end. */
import { make } from "./make.js";
import { name_of, PAGE, recall, remember } from "./memory.js";

const CHAPTER = /^\d\d-/;

/** A sign to who sees it, a word to who hears it. */
function sign() {
  const seen = make("span", { ariaHidden: "true" }, " ✓");
  return make(
    "span",
    { className: "read" },
    seen,
    make("span", { className: "visually-hidden" }, " (read)"),
  );
}

function mark() {
  for (const link of document.querySelectorAll("nav.bd-links a")) {
    const page = name_of(link.pathname);
    const read = CHAPTER.test(page) && recall("read", page) !== undefined;
    link.querySelector(".read")?.remove();
    if (read) link.append(sign());
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const end = document.querySelector(".prev-next-footer");
  const seen = new IntersectionObserver((changes) => {
    if (!changes.some(({ isIntersecting }) => isIntersecting)) return;
    seen.disconnect();
    remember("read", PAGE, true);
    mark();
  });
  if (CHAPTER.test(PAGE)) seen.observe(end);
  document.addEventListener("may-remember", mark);
  addEventListener("pageshow", mark); // also of one who comes back to this page
});
