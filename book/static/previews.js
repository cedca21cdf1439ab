/**
 * Shows at a link to an equation, a term or a work a card with what it leads to: under the mouse,
 * at the focus of the keyboard, and at a first tap; the second one follows the link.
 */
import { make } from "./make.js";

const LINKS = ["#equation-", "#term-", "references.html#"]
  .map((part) => `article a[href*="${part}"]:not(.headerlink)`)
  .join(", ");
const WAIT = 300; // milliseconds, in which the mouse crosses a link, or comes to the card
const MARGIN = 8; // pixels

const root = () => new URL(document.documentElement.dataset.content_root, location.href).href;

let cards; // of all pages, by the address of what they show
function load() {
  cards ??= new Promise((resolve) => {
    const onload = () => resolve(globalThis.book_cards);
    const onerror = () => resolve({});
    document.head.append(make("script", { src: `${root()}_static/cards.js`, onload, onerror }));
  });
  return cards;
}

class Preview {
  link = null; // whose card is shown
  asked = null; // the last one for which a card was asked
  touched = false; // by a finger, not by a mouse

  constructor() {
    this.card = make("div", { id: "preview", role: "tooltip", hidden: true });
    document.querySelector("main").append(this.card);
    addEventListener("pointerover", (event) => this.over(event));
    addEventListener("pointerdown", (event) => this.down(event));
    addEventListener("focusin", ({ target }) => {
      if (target.matches(LINKS) && target.matches(":focus-visible")) this.open(target);
      else this.close();
    });
    addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    addEventListener("click", (event) => this.click(event));
  }

  /** Shows the card of a link; resolves to whether there is one. */
  async open(link) {
    this.asked = link;
    const address = link.href.replace(root(), "");
    const card = (await load())[address];
    if (!card || this.asked !== link) return Boolean(card);
    this.close();
    this.link = link;
    link.removeAttribute("title"); // which would lie over it
    link.setAttribute("aria-describedby", this.card.id);
    this.card.innerHTML = card;
    this.card.hidden = false;
    this.place(link.getClientRects()[0]);
    return true;
  }

  /** Below the link, or above it where there is more room. */
  place({ left, top, bottom }) {
    const { offsetParent, offsetWidth, offsetHeight, style } = this.card;
    const origin = offsetParent.getBoundingClientRect();
    const right = document.documentElement.clientWidth - offsetWidth - MARGIN;
    const above = bottom + offsetHeight > innerHeight && top > innerHeight - bottom;
    style.left = `${Math.max(MARGIN, Math.min(left, right)) - origin.left}px`;
    style.top = `${(above ? top - offsetHeight : bottom) - origin.top}px`;
  }

  close() {
    clearTimeout(this.timer);
    this.link?.removeAttribute("aria-describedby");
    this.link = this.asked = null;
    this.card.hidden = true;
  }

  over({ target, pointerType }) {
    if (pointerType === "touch") return;
    clearTimeout(this.timer);
    const on = target.closest(`${LINKS}, #${this.card.id}`);
    if (on === this.card || on === this.link) return;
    if (on) this.timer = setTimeout(() => this.open(on), WAIT);
    else if (!this.link?.matches(":focus-visible")) {
      this.timer = setTimeout(() => this.close(), WAIT);
    }
  }

  down({ target, pointerType }) {
    this.touched = pointerType === "touch";
    if (![this.link, this.card].some((one) => one?.contains(target))) this.close();
  }

  async click(event) {
    const link = event.target.closest(LINKS);
    if (!link) return;
    if (!this.touched || link === this.link) return this.close();
    event.preventDefault();
    if (!(await this.open(link))) location.assign(link.href);
  }
}

/** After a jump within the page, a button leads back, as long as one sees where the jump went. */
function way_back() {
  const button = make("button", { id: "way-back", type: "button", hidden: true });
  document.querySelector("main").append(button);
  let jump = null; // the link that is followed
  let arrived;
  const goal = new IntersectionObserver(([{ isIntersecting }]) => {
    if (arrived && !isIntersecting) hide();
    arrived = isIntersecting;
  });
  const hide = () => {
    button.hidden = true;
    goal.disconnect();
  };
  addEventListener("click", ({ target, defaultPrevented }) => {
    if (!defaultPrevented) jump = target.closest('article a[href^="#"]:not(.headerlink)');
  });
  addEventListener("popstate", hide); // before hashchange
  addEventListener("hashchange", () => {
    const link = jump;
    const from = link?.closest("section").querySelector(".section-number");
    jump = null;
    if (!from) return;
    button.textContent = `Back to ${from.textContent.trim().replace(/\.$/, "")}`;
    button.onclick = () => {
      history.back();
      link.focus({ preventScroll: true });
    };
    arrived = button.hidden = false;
    goal.observe(document.querySelector(":target"));
  });
}

document.addEventListener("DOMContentLoaded", () => {
  new Preview();
  way_back();
});
