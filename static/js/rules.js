// A rule of one's own: who chooses it sees its numbers at once, and who changes one of them has chosen it.
// Without this file both are chosen by hand.
(() => {
  "use strict";
  document.addEventListener("change", ({ target }) => {
    const place = document.getElementById("rule");
    const own = target.form?.querySelector('input[name="preset"][value="own"]');
    if (!place || !own || (target !== own && !place.contains(target))) return;
    place.open = own.checked = true;
    const kind = target.closest(".gaps")?.querySelector('input[name="kind"]');
    if (kind) kind.checked = true;
  });
})();
