// Finds somebody who keeps the secret of a login where cookies are blocked: first the LMS's own window
// (LTI Client Side postMessages 0.1, LTI Platform Storage 0.1), then the browser, if the person allows it.
(() => {
  "use strict";
  const PATIENCE = 4000; // Milliseconds. Mobile apps of LMSs never answer; slow computers answer late.
  const A_MOMENT = 1000; // So long somebody may look at nothing while the LMS is asked what it can.
  const AGAIN = 250; // The LMS's window may still be loading, and hears nothing until it has loaded.
  const way = document.getElementById("way");
  const access = document.getElementById("access");
  const main = document.getElementById("main");

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
  function ask(subject, { target, origin }, more, patience = PATIENCE) {
    return new Promise((resolve, reject) => {
      if (!target) return reject(new Error("nobody was promised"));
      const id = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`;
      const send = () => keeper(target)?.postMessage({ subject, message_id: id, ...more }, origin);
      const sending = setInterval(send, AGAIN);
      const stop = setTimeout(() => done(reject, new Error("no answer")), patience);
      function done(settle, value) {
        clearInterval(sending);
        clearTimeout(stop);
        removeEventListener("message", hear);
        settle(value);
      }
      function hear(event) {
        const said = event.data;
        if (event.source !== keeper(target) || !said || typeof said !== "object") return;
        if (origin !== "*" && event.origin !== origin) return;
        if (said.message_id !== id || said.subject !== `${subject}.response`) return;
        if (said.error) done(reject, new Error(String(said.error.code)));
        else done(resolve, said);
      }
      addEventListener("message", hear);
      send();
    });
  }

  function keep() {
    const { key, value, next, otherwise } = way.dataset;
    const kept = (said) => {
      if (said.value !== value) throw new Error("something else was kept");
    };
    ask("lti.put_data", way.dataset, { key, value }).then(kept).then(() => location.replace(next), () => location.replace(otherwise));
  }

  // Used once, the secret is worth nothing; some LMSs would keep it for ever.
  function forget() {
    const { key, target, origin } = way.dataset;
    keeper(target)?.postMessage({ subject: "lti.put_data", message_id: `forget-${key}`, key, value: null }, origin);
  }

  function prove() {
    main.hidden = true; // Mostly an answer comes within moments; then nobody needs to read of a problem.
    const fetched = ({ value }) => {
      if (typeof value !== "string" || !value) throw new Error("nothing kept");
      way.elements.kept.value = value;
      forget();
      way.submit();
    };
    ask("lti.get_data", way.dataset, { key: way.dataset.key }).then(fetched).catch(allowed).then((gone) => { main.hidden = gone === true; });
  }

  // No login named a window, and no cookie came back: perhaps the LMS's page knows one. Anybody may answer this; what
  // the window is given and asked for later goes to the LMS's own origin only.
  function discover() {
    main.hidden = true;
    const begin = (frame) => location.replace(`${access.dataset.again}&lti_storage_target=${encodeURIComponent(frame)}`);
    const asked = ask("lti.capabilities", { target: "_parent", origin: "*" }, {}, A_MOMENT);
    asked.then(windowOf).then(begin).catch(() => { main.hidden = false; });
  }

  function windowOf(said) {
    const [put, get] = ["lti.put_data", "lti.get_data"].map((subject) =>
      Array.from(said.supported_messages || []).find((one) => one?.subject === subject));
    if (!put || !get) throw new Error("it keeps nothing");
    return put.frame || "_parent";
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

  // The LMS's keys are on the way. A class must not come back all at once.
  const again = () => setTimeout(() => way.submit(), A_MOMENT * (1 + Math.random()));

  if (access) offerAccess();
  if (access && "discover" in access.dataset) discover();
  if (way) ({ keep, prove, again })[way.dataset.way]();
})();
