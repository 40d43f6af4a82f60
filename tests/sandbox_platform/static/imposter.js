// A frame of another origin that overheard a message and answers it in the storage's place, as an attacker would.
window.addEventListener("message", (event) => {
  const message = event.data;
  if (!message || typeof message.subject !== "string" || !message.subject.startsWith("lti.")) return;
  const value = message.value === undefined ? "made up" : message.value;
  const answer = { subject: `${message.subject}.response`, message_id: message.message_id, key: message.key, value };
  window.parent.frames.tool.postMessage(answer, "*");
});
