// While a sync runs: the page says so. From a file it can only offer to load anew;
// served by `silverprint serve`, it hears of the run by server-sent events:
//
//   event: progress   data: {"announced": 100003, "done": 1200, "failed": 3, "waiting": {…}, …}
//   event: idle       no run is going on
//   event: sheet      the sheet has been written anew since
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

  const photos = count(sheet.frames - sheet.first + 1, "photo");
  if (sheet.running) say(`A sync was under way when this page was written, with ${photos}.`);
  if (!location.protocol.startsWith("http") || !window.EventSource) return;

  let isRenewed = false;
  const events = new EventSource("/progress");
  events.addEventListener("sheet", () => {
    isRenewed = true;
    if (line.hidden) say("There are new photos on the sheet.");
  });
  events.addEventListener("progress", ({ data }) => {
    const { announced, done, failed, waiting } = JSON.parse(data);
    const of = announced ? ` of ${count(announced)}` : "";
    const missing = failed ? `, ${count(failed)} missing` : "";
    const why = waiting ? ` Waiting for ${waiting.host}: ${waiting.reason}.` : "";
    say(`Syncing: ${count(done)}${of} saved${missing}.${why}`);
  });
  events.addEventListener("idle", () => {
    if (isRenewed || sheet.running || !line.hidden) say("The sync has ended; there may be more photos now.");
  });
})();
