// Sends forms in place: the page that comes back replaces <main>, so a frame keeps its place and its history.
// Without this file every form does the same with a page load.
(() => {
  "use strict";
  const FRAGMENT = { "X-Cairn": "fragment" };
  const PAGE = { "X-Cairn": "page" };
  const main = () => document.getElementById("main");
  let draftTimer = 0;

  // With `after` the answer is a page of its own, told when it is in place.
  async function send(form, button, after) {
    const body = new URLSearchParams(new FormData(form, button));
    const target = (button && button.getAttribute("formaction")) || form.action;
    form.setAttribute("aria-busy", "true");
    try {
      const headers = after ? { ...FRAGMENT, ...PAGE } : FRAGMENT;
      const answer = await fetch(target, { method: "POST", body, headers, credentials: "same-origin" });
      const html = await answer.text();
      if (answer.status === 401) return keepTyped(form, html);
      if (!swap(html, target.split("/").pop())) throw new Error("not a page");
      if (after) after(answer, html);
    } catch {
      say(form, form.closest("[data-offline]")?.dataset.offline || "");
    } finally {
      form.removeAttribute("aria-busy");
    }
  }

  function parsed(html) {
    return new DOMParser().parseFromString(html, "text/html").getElementById("main");
  }

  function swap(html, asked) {
    const fresh = parsed(html);
    if (!fresh) return false;
    main().replaceWith(fresh);
    if (fresh.dataset.title) document.title = fresh.dataset.title;
    enhance(fresh);
    // Whoever asked for a hint wants the hint, not the feedback they have read already.
    const hint = asked === "hint" && fresh.querySelector(".hints li:last-child");
    focusOn(hint || fresh.querySelector("[data-focus]") || fresh.querySelector("h1"));
    return true;
  }

  function focusOn(place) {
    if (!place) return;
    if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    place.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
    document.dispatchEvent(new CustomEvent("cairn:moved"));
  }

  // The visit has ended: only a word appears above the form, and what is typed stays to be copied.
  function keepTyped(form, html) {
    const told = parsed(html)?.querySelector("[data-told]");
    say(form, told ? told.textContent.trim() : "");
  }

  function say(form, words) {
    let place = form.querySelector("[data-say]");
    if (!place) {
      place = document.createElement("p");
      place.className = "notice bad";
      place.dataset.say = "";
      place.setAttribute("role", "alert");
      form.querySelector(":scope > :not([type=hidden])").before(place); // what follows keeps its distance
    }
    place.textContent = words || main().dataset.offline;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-inplace]")) {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "1";
      return;
    }
    event.preventDefault();
    if (form.getAttribute("aria-busy") !== "true") {
      clearTimeout(draftTimer);
      send(form, event.submitter);
    }
  });
  // A page that comes back from the browser's own memory may be sent again.
  addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach((f) => delete f.dataset.sent));

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form) return;
    clearTimeout(draftTimer);
    draftTimer = setTimeout(() => saveDraft(form), 1500);
  });

  function saveDraft(form) {
    if (!form.isConnected || form.getAttribute("aria-busy") === "true") return;
    const body = new URLSearchParams(new FormData(form));
    fetch(form.dataset.draft, { method: "POST", body, headers: FRAGMENT, keepalive: true }).catch(() => {});
  }

  // Cards to order: buttons move them, the selects that work without scripts follow.
  function arrange(list) {
    list.querySelectorAll("li").forEach((card, place, all) => {
      card.querySelector("select").value = String(place + 1);
      card.querySelector("[data-up]").disabled = place === 0;
      card.querySelector("[data-down]").disabled = place === all.length - 1;
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-up], [data-down]");
    if (!button) return;
    const card = button.closest("li");
    const list = card.parentElement;
    const up = button.hasAttribute("data-up");
    if (up) card.previousElementSibling?.before(card);
    else card.nextElementSibling?.after(card);
    arrange(list);
    (button.disabled ? card.querySelector(up ? "[data-down]" : "[data-up]") : button).focus();
    const place = [...list.children].indexOf(card) + 1;
    const told = list.parentElement.querySelector("[data-told-moves]");
    if (told) told.textContent = `${card.querySelector("span").textContent.trim()}: ${place} / ${list.children.length}`;
    list.dispatchEvent(new Event("input", { bubbles: true }));
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const place = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(place.textContent);
      button.classList.add("done");
    } catch {
      getSelection().selectAllChildren(place); // then the keyboard copies it
    }
  });

  // Moments by the clock and in the words of whoever reads: the server knows neither.
  function here(root) {
    const lang = document.documentElement.lang;
    root.querySelectorAll("time[datetime]").forEach((one) => {
      const at = new Date(one.dateTime);
      one.title = at.toLocaleString(lang, { dateStyle: "medium", timeStyle: "short" });
      if ("moment" in one.dataset) one.textContent = one.title;
      if ("day" in one.dataset) one.textContent = at.toLocaleDateString(lang, { dateStyle: "medium" });
    });
    const now = new Date();
    const today = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
    root.querySelectorAll("input[data-today]").forEach((field) => {
      if (field.value === field.dataset.today) field.value = today;
      field.max = today;
    });
    root.querySelectorAll("[data-zone]").forEach((field) => (field.value = -now.getTimezoneOffset()));
  }

  // At narrow widths the row of tabs is longer than the page: show the one we are on.
  function showTab(tab) {
    if (!tab) return;
    const [row, box] = [tab.parentElement.getBoundingClientRect(), tab.getBoundingClientRect()];
    tab.parentElement.scrollLeft += box.left + box.width / 2 - row.left - row.width / 2;
  }

  addEventListener("resize", () => showTab(document.querySelector(".tabs [aria-current]")));

  function enhance(root) {
    here(root);
    showTab(root.querySelector(".tabs [aria-current]"));
    root.querySelectorAll("[data-ordering]").forEach((list) => {
      const cards = [...list.children];
      cards.sort((a, b) => (a.querySelector("select").value || 99) - (b.querySelector("select").value || 99));
      list.append(...cards);
      list.querySelectorAll("select").forEach((select) => (select.closest("label").hidden = true));
      list.querySelectorAll(".moves").forEach((moves) => (moves.hidden = false));
      arrange(list);
    });
    if (navigator.clipboard) root.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = false));
    root.querySelectorAll("[data-print-help]").forEach((help) => (help.hidden = false));
    root.querySelectorAll("[data-print]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    });
    root.querySelectorAll("[data-autopost]").forEach((form) => form.submit());
    root.querySelectorAll("[data-close]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => {
        (window.opener || window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, "*");
      });
    });
  }

  // For pages that keep their visit by themselves (carry.js): they add a header, and fetch their pages too.
  window.cairn = { headers: FRAGMENT, page: PAGE, send, swap, say };
  document.documentElement.dataset.js = "1";
  enhance(document);
})();
