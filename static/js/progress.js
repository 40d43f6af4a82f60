// Keeps a progress notice fresh: asks for the page again after 1, 2, 4 ... 10 seconds until the work is done.
// Where the notice speaks for the whole page, all of it is put in once the work is done.
// Without this file the link in the notice does the same.
(() => {
  "use strict";
  const PATIENCE = [1, 2, 4, 7];
  let asked = 0;

  async function look() {
    const old = document.querySelector("[data-progress]");
    if (!old) return;
    try {
      const whole = old.dataset.progress === "whole";
      const page = whole ? location.href : location.href.split("?")[0];
      const answer = await fetch(page, { headers: window.cairn.headers, credentials: "same-origin" });
      const found = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = found.getElementById(old.id);
      if (answer.ok && fresh) {
        if (whole && !("progress" in fresh.dataset)) {
          document.querySelector("main").replaceWith(found.querySelector("main"));
        } else {
          old.replaceWith(fresh);
        }
        document.dispatchEvent(new CustomEvent("cairn:moved"));
      }
    } finally {
      later();
    }
  }

  function later() {
    setTimeout(look, 1000 * (PATIENCE[asked++] || 10));
  }

  later();
})();
