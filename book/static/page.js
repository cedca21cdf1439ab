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

  document.addEventListener("DOMContentLoaded", () => {
    // What can be shown in the window would be shown, and not downloaded.
    for (const link of document.querySelectorAll("a.btn-download-source-button")) {
      link.download = "";
    }
  });
})();
