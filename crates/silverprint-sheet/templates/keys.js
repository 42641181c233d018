// Keys that work everywhere on the page, and the list of all of them ("?").
"use strict";

(() => {
  const dialog = document.getElementById("keys");
  const list = document.getElementById("keys-list");
  const { make } = silverprint;

  const KEYS = [
    ["On the wall"],
    ["← → ↑ ↓", "to the next frame"],
    ["Home  End", "to the ends of the row; with Ctrl, of the wall"],
    ["Page Up  Page Down", "a window up or down"],
    ["Enter", "open the photo"],
    ["/", "search"],
    ["f", "filters"],
    ["t", "timeline: then ↑ ↓ by month, Page Up and Page Down by year"],
    ["Esc", "take away the caption; in the search, the query"],
    ["?", "this list"],
    // The viewer may add its own: [key, what it does] or [heading].
    ...(silverprint.viewer?.keys ?? []),
  ];

  function fill() {
    list.replaceChildren(...KEYS.flatMap(([keys, what]) =>
      what === undefined
        ? [make("dt", { class: "heading" }, keys), make("dd", { class: "heading" })]
        : [make("dt", {}, ...keys.split("  ").flatMap((key) => [make("kbd", {}, key), " "])), make("dd", {}, what)]));
  }

  function help() {
    if (!list.hasChildNodes()) fill();
    if (!dialog.open) dialog.showModal();
  }

  const isTyping = (target) => target.matches?.("input, textarea, select, [contenteditable]");

  const ACTIONS = {
    "/": () => {
      const query = document.getElementById("query");
      query.focus();
      query.select();
    },
    "?": help,
    f: () => {
      const more = document.getElementById("more");
      if (more.offsetParent && more.getAttribute("aria-expanded") !== "true") more.click();
      [...document.querySelectorAll("#filters select, #filters input")].find((field) => field.offsetParent)?.focus();
    },
    t: () => document.getElementById("rail").focus(),
  };

  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (ACTIONS[event.key]) {
      event.preventDefault();
      ACTIONS[event.key]();
    } else if (event.target === document.body && event.key.startsWith("Arrow") && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      event.preventDefault(); // up and down go on scrolling the page
      silverprint.wall.enter();
    }
  });

  document.getElementById("help").addEventListener("click", help);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside it
  });
})();
