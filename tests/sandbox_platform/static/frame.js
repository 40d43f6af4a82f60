// What a course page answers to the tool in its frame: frame height, closing after registration, capabilities.
(() => {
  const frame = document.querySelector("iframe.tool");
  const origins = (frame.dataset.origins || "").split(" ");
  const storage = document.currentScript.dataset.storage;
  const subjects = ["lti.frameResize", "lti.capabilities"];

  const read = (data) => {
    if (typeof data !== "string") return data;
    try { return JSON.parse(data); } catch { return null; }
  };

  const capabilities = () => {
    const supported = subjects.map((subject) => ({ subject }));
    if (!storage) return supported;
    return supported.concat(["lti.put_data", "lti.get_data"].map((subject) => ({ subject, frame: storage })));
  };

  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || !origins.includes(event.origin)) return;
    const message = read(event.data);
    if (!message || typeof message !== "object") return;
    if (message.subject === "lti.frameResize") {
      const height = Number(message.height);
      if (Number.isInteger(height) && height > 0 && !frame.classList.contains("small")) {
        frame.style.height = `${Math.min(height, 20000)}px`;
      }
    } else if (message.subject === "lti.capabilities") {
      event.source.postMessage(
        { subject: "lti.capabilities.response", message_id: message.message_id, supported_messages: capabilities() },
        event.origin,
      );
    } else if (message.subject === "org.imsglobal.lti.close" && frame.dataset.afterClose) {
      window.location.assign(frame.dataset.afterClose);
    }
  });
})();
