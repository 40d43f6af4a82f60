// Platform storage (LTI postMessage storage 0.1): small values kept per tool origin while the page lives.
(() => {
  const origins = (document.currentScript.dataset.origins || "").split(" ");
  const manner = document.currentScript.dataset.manner || "proper";
  const kept = new Map();
  const largest = 4096;
  const sleep = manner === "late" ? 2000 : 0; // Milliseconds before it hears anything, as on a slow machine.

  const answer = (event, message, more) => event.source.postMessage(
    { subject: `${message.subject}.response`, message_id: message.message_id, key: message.key, ...more },
    event.origin,
  );

  const listen = (event) => {
    const message = event.data;
    if (!message || typeof message !== "object" || !event.source) return;
    if (message.subject !== "lti.put_data" && message.subject !== "lti.get_data") return;
    if (manner === "silent") return;
    if (manner === "foreign") {
      window.parent.frames.lti_imposter.postMessage(message, "*");
      return;
    }
    if (manner === "refusing") {
      answer(event, message, { error: { code: "unsupported_subject", message: "Not in this app." } });
      return;
    }
    if (!origins.includes(event.origin)) {
      answer(event, message, { error: { code: "wrong_origin", message: "This origin is not registered." } });
      return;
    }
    if (typeof message.key !== "string" || !message.message_id) {
      answer(event, message, { error: { code: "bad_request", message: "key and message_id are needed." } });
      return;
    }
    const place = JSON.stringify([event.origin, message.key]);
    if (message.subject === "lti.put_data") {
      if (String(message.value ?? "").length > largest) {
        answer(event, message, { error: { code: "storage_exhaustion", message: "The value is too long." } });
        return;
      }
      if (message.value === null || message.value === undefined) kept.delete(place);
      else kept.set(place, String(message.value));
      document.documentElement.dataset.kept = kept.size;
    }
    answer(event, message, { value: kept.get(place) });
  };

  if (sleep) setTimeout(() => window.addEventListener("message", listen), sleep);
  else window.addEventListener("message", listen);
})();
