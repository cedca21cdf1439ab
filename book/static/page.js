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

  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const tip of document.querySelectorAll(".tooltip.show")) tip.classList.remove("show");
  });

  // What a link leads to would be covered by the dialog that the link stands in.
  document.addEventListener("click", (event) => {
    event.target.closest("a")?.closest("dialog")?.close();
  });

  /** Says in the bar at the top which section is read, and how much lies above; never aloud. */
  function say_where() {
    const end = document.querySelector(".header-article-items__end");
    const headings = [...document.querySelectorAll("article :is(h1, h2, h3)")];
    if (!end || headings.length === 0) return;
    const where = document.createElement("div");
    const [section, share] = [0, 1].map(() => document.createElement("span"));
    Object.assign(where, { className: "where", ariaHidden: "true" }).append(section, share);
    end.before(where);
    let shown;
    const update = () => {
      const top = end.getBoundingClientRect().bottom + 40;
      const reading = headings.findLast((one) => one.getBoundingClientRect().top < top);
      if (reading !== shown) {
        const copy = reading?.cloneNode(true);
        copy?.querySelector(".headerlink")?.remove();
        for (const link of copy?.querySelectorAll("a") ?? []) link.replaceWith(...link.childNodes);
        section.replaceChildren(...(copy?.childNodes ?? []));
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

  document.addEventListener("DOMContentLoaded", () => {
    say_where();
    name_what_scrolls();
    // What can be shown in the window would be shown, and not downloaded.
    for (const link of document.querySelectorAll("a.btn-download-source-button")) {
      link.download = "";
    }
  });
})();
