// Keeps a progress notice fresh: asks for the page again after 1, 2, 4 ... 10 seconds until the work is done.
// Without this file the link in the notice does the same.
(() => {
  "use strict";
  const PATIENCE = [1, 2, 4, 7];
  let asked = 0;

  async function look() {
    const old = document.querySelector("[data-progress]");
    if (!old) return;
    try {
      const page = location.href.split("?")[0];
      const answer = await fetch(page, { headers: window.cairn.headers, credentials: "same-origin" });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("progress");
      if (answer.ok && fresh) {
        old.replaceWith(fresh);
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
