// Where no cookie comes back the page keeps the secret of its visit and sends it in a header. Pages are fetched and
// put in place; the entry of the browser's history keeps the secret too, so that reload and back find it again.
(() => {
  "use strict";
  const cairn = window.cairn;
  const { visit, path } = document.currentScript.dataset;
  const place = `cairn ${path}`;
  const main = () => document.getElementById("main");
  const secret = visit || recalled();
  if (!secret) return; // The page says what to do.
  let shown = here();
  let frameLoaded = !!document.querySelector('script[src$="/frame.js"]');

  function recalled() {
    if (history.state?.cairn) return history.state.cairn;
    try {
      return sessionStorage.getItem(place);
    } catch {
      return null; // Storage is blocked as cookies are.
    }
  }

  function remember(how, url) {
    history[how]({ cairn: secret }, "", url);
    try {
      sessionStorage.setItem(place, secret);
    } catch {
      // The history has it.
    }
  }

  function here() {
    return location.pathname + location.search;
  }

  function isOurs(url) {
    return url.origin === location.origin && url.pathname.startsWith(path);
  }

  // Fetch a page and put it in place. `how` is pushState, replaceState or nothing.
  async function open(url, how) {
    main().setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { headers: { ...cairn.headers, ...cairn.page }, credentials: "same-origin" });
      const html = await answer.text();
      if (!cairn.swap(html)) throw new Error("not a page");
      arrived(answer, html, how);
    } catch {
      cairn.say(main());
    } finally {
      main().hidden = false;
      main().removeAttribute("aria-busy");
    }
  }

  function arrived(answer, html, how) {
    const url = new URL(answer.url);
    if (how) remember(how, isOurs(url) ? url.href : location.href);
    shown = here();
    // What the page loads beside itself; the one that measures the frame lives on from page to page.
    for (const asked of new DOMParser().parseFromString(html, "text/html").querySelectorAll("script[src]")) {
      const isFrame = asked.src.endsWith("/frame.js");
      if (isFrame && frameLoaded) continue;
      document.head.append(Object.assign(document.createElement("script"), { src: asked.src }));
      frameLoaded ||= isFrame;
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const url = new URL(link.href);
    if (link.target || link.hasAttribute("download") || !isOurs(url)) return;
    if (url.pathname === location.pathname && url.search === location.search && url.hash) return;
    event.preventDefault();
    open(url.href, "pushState");
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.matches("[data-inplace]") || !isOurs(new URL(form.action))) return;
    if (form.matches("[data-whole]")) return handOver(form);
    event.preventDefault();
    if (form.method === "get") return ask(form, event.submitter);
    const gone = (answer, html) => arrived(answer, html, answer.redirected && "pushState");
    cairn.send(form, event.submitter, gone).finally(() => delete form.dataset.sent);
  });

  // A form that only asks leads to a page whose address holds the question.
  function ask(form, button) {
    const url = new URL(form.action);
    url.search = new URLSearchParams(new FormData(form, button));
    delete form.dataset.sent;
    open(url.href, "pushState");
  }

  // This form needs a whole page with rules of its own, such as leave to send a form to the LMS.
  function handOver(form) {
    const field = form.querySelector('input[name="visit"]') || document.createElement("input");
    form.append(Object.assign(field, { type: "hidden", name: "visit", value: secret }));
  }

  addEventListener("popstate", () => {
    if (here() !== shown) open(location.href);
    else if (!history.state?.cairn) remember("replaceState", location.href); // a jump within the page
  });

  cairn.headers["X-Cairn-Visit"] = secret;
  if (visit && !main().querySelector("[data-first]")) return remember("replaceState", location.href);
  main().hidden = !visit;
  open(visit ? path : location.href, "replaceState");
})();
