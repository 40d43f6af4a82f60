// Finds somebody who keeps the secret of a login where cookies are blocked: first the LMS's own window
// (LTI Client Side postMessages 0.1, LTI Platform Storage 0.1), then the browser, if the person allows it.
(() => {
  "use strict";
  const PATIENCE = 4000; // Milliseconds. Mobile apps of LMSs never answer; slow computers answer late.
  const AGAIN = 250; // The LMS's window may still be loading, and hears nothing until it has loaded.
  const way = document.getElementById("way");
  const access = document.getElementById("access");

  // The window that keeps things: a frame beside ours by its name, or the LMS's page itself.
  function keeper(name) {
    const around = window.parent !== window ? window.parent : window.opener;
    if (!around) return null;
    try {
      return name === "_parent" ? around : around.frames[name] || null;
    } catch {
      return null; // The frame was promised and is not there.
    }
  }

  // Send one message, again and again until it is answered: by that window, from that origin, to that message.
  function ask(subject, more) {
    return new Promise((resolve, reject) => {
      const { target, origin, key } = way.dataset;
      if (!target) return reject(new Error("nobody was promised"));
      const id = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`;
      const send = () => keeper(target)?.postMessage({ subject, key, message_id: id, ...more }, origin);
      const sending = setInterval(send, AGAIN);
      const stop = setTimeout(() => done(reject, new Error("no answer")), PATIENCE);
      function done(settle, value) {
        clearInterval(sending);
        clearTimeout(stop);
        removeEventListener("message", hear);
        settle(value);
      }
      function hear(event) {
        const said = event.data;
        if (event.source !== keeper(target) || event.origin !== origin || !said || typeof said !== "object") return;
        if (said.message_id !== id || said.subject !== `${subject}.response`) return;
        if (said.error) done(reject, new Error(String(said.error.code)));
        else done(resolve, said.value);
      }
      addEventListener("message", hear);
      send();
    });
  }

  function keep() {
    const { value, next, otherwise } = way.dataset;
    const kept = (said) => {
      if (said !== value) throw new Error("something else was kept");
    };
    ask("lti.put_data", { value }).then(kept).then(() => location.replace(next), () => location.replace(otherwise));
  }

  function prove() {
    const main = document.getElementById("main");
    main.hidden = true; // Mostly an answer comes within moments; then nobody needs to read of a problem.
    const fetched = (value) => {
      if (typeof value !== "string" || !value) throw new Error("nothing kept");
      way.elements.kept.value = value;
      way.submit();
    };
    ask("lti.get_data").then(fetched).catch(allowed).then((gone) => { main.hidden = gone === true; });
  }

  // The person may have allowed our cookies at the login; a page that comes from the LMS has to ask for them again.
  async function allowed() {
    if (!document.requestStorageAccess) return false;
    try {
      await document.requestStorageAccess();
    } catch {
      return false;
    }
    way.submit();
    return true;
  }

  function offerAccess() {
    if (!document.requestStorageAccess || window.parent === window) return;
    access.hidden = false;
    access.querySelector("button").addEventListener("click", async () => {
      const told = access.querySelector("[role=status]");
      try {
        await document.requestStorageAccess();
      } catch {
        told.textContent = told.dataset.refused;
        return;
      }
      if (way) way.submit();
      else location.replace(access.dataset.again);
    });
  }

  if (access) offerAccess();
  if (way) (way.dataset.way === "keep" ? keep : prove)();
})();
