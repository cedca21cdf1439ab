/** What the theme's scripts lack; loaded before them. */
(() => {
  /** A Storage that forgets with the page, for a page that the browser allows none. */
  function memory() {
    const kept = new Map();
    return {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => void kept.set(name, String(value)),
      removeItem: (name) => void kept.delete(name),
    };
  }

  for (const name of ["localStorage", "sessionStorage"]) {
    let allowed = false;
    try {
      allowed = Boolean(window[name]);
    } catch {
      // An embedded page may not even ask.
    }
    if (!allowed) Object.defineProperty(window, name, { value: memory() });
  }

  // Paper is white, whatever the screen is.
  const page = document.documentElement.dataset;
  let theme;
  addEventListener("beforeprint", () => {
    theme = page.theme;
    page.theme = "light";
  });
  addEventListener("afterprint", () => {
    page.theme = theme;
  });

  // What a link leads to would be covered by the dialog that the link stands in.
  document.addEventListener("click", (event) => {
    event.target.closest("a")?.closest("dialog")?.close();
  });

  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  let contents = [];

  /** Takes the contents from the theme: they mark the section that the bar at the top names. */
  function take_contents() {
    const nav = document.querySelector("#pst-page-toc-nav");
    nav?.removeAttribute("id");
    contents = [...(nav?.querySelectorAll("a") ?? [])];
  }

  const NAMES = { "primary-toggle": "Chapters", "secondary-toggle": "Contents of this page" };

  /** What a button is called, the browser shows, not the theme over the text; it is said once. */
  function name_buttons() {
    for (const button of document.querySelectorAll(".btn")) {
      if (button.dataset.bsToggle === "tooltip") button.removeAttribute("data-bs-toggle");
      button.blur = () => {}; // who has pressed it by keyboard would lose his place
      if (button.textContent.trim()) continue;
      const known = Object.keys(NAMES).find((kind) => button.classList.contains(kind));
      button.title = NAMES[known] ?? (button.title || button.ariaLabel || "");
      button.ariaLabel = null;
    }
  }

  // Before the theme's scripts begin.
  document.addEventListener("readystatechange", take_contents, { once: true });
  document.addEventListener("readystatechange", name_buttons, { once: true });

  /** Marks in the contents the section of a heading, and what this is part of. */
  function mark(heading) {
    const hash = `#${heading?.closest("section")?.id}`;
    for (const link of contents) {
      link.classList.toggle("active", link.hash === hash);
      link.ariaCurrent = link.hash === hash ? "true" : null;
    }
    for (const link of contents) {
      const entry = link.closest(".toc-entry");
      entry.classList.toggle("active", entry.querySelector("a.active") !== null);
    }
  }

  /** Says in the bar at the top which section is read, and how much lies above; never aloud. */
  function say_where() {
    const end = document.querySelector(".header-article-items__end");
    const headings = [...document.querySelectorAll("article :is(h1, h2, h3)")];
    if (!end || headings.length === 0) return;
    const where = make("div", { className: "where", ariaHidden: "true" });
    const [section, share] = [make("span"), make("span")];
    where.append(section, share);
    end.before(where);
    let shown;
    const update = () => {
      const top = end.getBoundingClientRect().bottom + 40;
      const above = (one) => one.checkVisibility() && one.getBoundingClientRect().top < top;
      const reading = headings.findLast(above);
      if (reading !== shown) {
        const copy = reading?.cloneNode(true);
        copy?.querySelector(".headerlink")?.remove();
        for (const link of copy?.querySelectorAll("a") ?? []) link.replaceWith(...link.childNodes);
        section.replaceChildren(...(copy?.childNodes ?? []));
        mark(reading);
        shown = reading;
      }
      const room = document.documentElement.scrollHeight - innerHeight;
      share.textContent = room > innerHeight ? `${Math.round((100 * scrollY) / room)} %` : "";
    };
    addEventListener("scroll", () => requestAnimationFrame(update), { passive: true });
    update();
  }

  /** What scrolls is in reach of a keyboard by the theme; here it gets a name. */
  function name_what_scrolls() {
    for (const pre of document.querySelectorAll(".cell pre")) {
      const kind = pre.closest(".cell_output") ? "Result" : "Code";
      const name = pre.closest(".cell").querySelector(".live-row > span")?.textContent ?? "";
      Object.assign(pre, { role: "group", ariaLabel: `${kind} of ${name}` });
    }
  }

  /**
   * Names the buttons that copy, each by what it copies, and says aloud what they show beside
   * themselves when they have. They are there when all that waits for the page has begun.
   */
  function name_what_copies() {
    const said = make("p", { className: "visually-hidden", role: "status" });
    document.querySelector("main").append(said);
    const observer = new MutationObserver(([{ target }]) => {
      const { tooltip } = target.dataset;
      said.textContent = tooltip === "Copy" ? "" : tooltip;
    });
    for (const button of document.querySelectorAll(".copybtn")) {
      const { ariaLabel, textContent } = button.previousElementSibling;
      const what = ariaLabel?.toLowerCase() ?? textContent.trim().split("\n")[0];
      button.ariaLabel = `Copy ${what}`;
      observer.observe(button, { attributeFilter: ["data-tooltip"] });
    }
  }

  const MODES = { light: "light", dark: "dark", auto: "as the system has it" };

  /** Has two buttons of the theme say what they have changed: the colours, and the sidebar. */
  function tell_states() {
    const [colors, toggle, sidebar] = [
      ".theme-switch-button",
      ".primary-toggle",
      ".bd-sidebar-primary",
    ].map((one) => document.querySelector(one));
    const wide = matchMedia("(min-width: 992px)"); // on others the chapters are a dialog
    const tell = () => {
      colors.title = `Color mode: ${MODES[page.mode]}`;
      toggle.ariaExpanded = String(
        wide.matches && !sidebar.classList.contains("pst-sidebar-hidden"),
      );
    };
    const observer = new MutationObserver(tell);
    observer.observe(document.documentElement, { attributeFilter: ["data-mode"] });
    observer.observe(sidebar, { attributeFilter: ["class"] });
    wide.addEventListener("change", tell);
    tell();
  }

  document.addEventListener("DOMContentLoaded", () => {
    say_where();
    name_what_scrolls();
    setTimeout(name_what_copies);
    tell_states();
    // What can be shown in the window would be shown, and not downloaded.
    for (const link of document.querySelectorAll("a.btn-download-source-button")) {
      link.download = "";
    }
  });
})();
