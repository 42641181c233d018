// While a sync runs: the page says so. From a file it can only offer to load anew;
// served by `silverprint serve`, it follows the run by server-sent events:
//
//   data: {"running": true, "saved": 1200, "announced": 100003, "missing": 3}
"use strict";

(() => {
  const { sheet, make, count } = silverprint;
  const line = document.getElementById("running");
  const text = make("span");
  const reload = make("button", { type: "button" }, "Reload");
  reload.addEventListener("click", () => location.reload());
  line.setAttribute("role", "status");
  line.append(text, " ", reload);

  function say(words) {
    if (text.textContent !== words) text.textContent = words;
    line.hidden = false;
  }

  if (sheet.running) say(`A sync was under way when this page was written, with ${count(sheet.frames - sheet.first + 1, "photo")}.`);
  if (!location.protocol.startsWith("http") || !window.EventSource) return;

  let wasRunning = false;
  const source = new EventSource("/progress");
  source.onmessage = ({ data }) => {
    let progress;
    try {
      progress = JSON.parse(data);
    } catch {
      return; // of another version: nothing to say
    }
    const { running, saved, announced, missing } = progress;
    if (running) {
      wasRunning = true;
      const of = announced ? ` of ${count(announced)}` : "";
      say(`Syncing: ${count(saved ?? 0)}${of} saved${missing ? `, ${count(missing)} missing` : ""}.`);
    } else if (wasRunning || sheet.running) say("The sync has ended; there may be more photos now.");
  };
})();
