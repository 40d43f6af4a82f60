// Reads texts and questions aloud with the browser's own voice, for learners whose teacher arranged it.
(() => {
  "use strict";
  const voice = window.speechSynthesis;
  if (!voice || window.cairn?.speaks) return; // A page put in place brings its scripts again.
  window.cairn = Object.assign(window.cairn || {}, { speaks: true });

  // A fraction is two numbers on top of each other; read one after the other they would be another number.
  function words(place) {
    const copy = place.cloneNode(true);
    copy.querySelectorAll("svg, .sr, [hidden], button, input, select, annotation").forEach((one) => one.remove());
    copy.querySelectorAll("mfrac").forEach((one) => {
      const [above, below] = one.children;
      one.replaceWith(` ${above.textContent}/${below.textContent} `);
    });
    copy.querySelectorAll("p, li, h1, h2, h3, label, td").forEach((one) => one.append(". "));
    return copy.textContent.replace(/\s+/g, " ").replace(/([.!?:])\s*\./g, "$1").trim();
  }

  function told() {
    const places = document.querySelectorAll("main h1, main article.prose, main .stem, main .ticks .tick, main .cards li");
    const figures = document.querySelectorAll("main figure[aria-label]");
    return [...places].map(words).concat([...figures].map((one) => one.getAttribute("aria-label"))).join(" ");
  }

  function show(button, speaking) {
    button.querySelector("[data-start]").hidden = speaking;
    button.querySelector("[data-stop]").hidden = !speaking;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-speak]");
    if (!button) return;
    if (voice.speaking) {
      voice.cancel();
      return show(button, false);
    }
    const speech = new SpeechSynthesisUtterance(told());
    speech.lang = document.documentElement.lang;
    speech.rate = 0.95;
    speech.onend = () => show(button, false);
    voice.speak(speech);
    show(button, true);
  });

  function offer() {
    document.querySelectorAll("[data-speak][hidden]").forEach((button) => (button.hidden = false));
  }

  // A new question has come in place of the old one.
  new MutationObserver(() => {
    if (!document.querySelector("[data-speak][hidden]")) return;
    voice.cancel();
    offer();
  }).observe(document.body, { childList: true });
  addEventListener("pagehide", () => voice.cancel());
  offer();
})();
