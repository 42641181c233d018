// The viewer: one photo filling the window, its neighbours an arrow away.
//
//   silverprint.viewer.open(frame)   shows a frame
//   silverprint.viewer.close()       back to the wall
//
// The address says which photo is shown: #photo-ID, before whatever the wall
// keeps there. Opening adds a step to the history, so that Back closes; going
// to a neighbour replaces it.
// viewer-stage.js shows the picture, viewer-panel.js what is known of it.
"use strict";

(() => {
  const { make, count, tell } = silverprint;
  const INTERVAL = 4000; // ms that a slideshow stays with a picture
  const IDLE = 2500; // ms without the mouse before a slideshow hides its buttons
  const SVG = "http://www.w3.org/2000/svg";
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const narrow = matchMedia("(max-width: 46rem)");

  const ICONS = {
    previous: "M15 4.5 7.5 12l7.5 7.5",
    next: "M9 4.5 16.5 12 9 19.5",
    close: "M5 5l14 14M19 5 5 19",
    info: "M12 11v6.5M12 6.5v1.2M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0",
    enlarge: "M15.2 15.2 21 21M4 10.5a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0M7.5 10.5h6M10.5 7.5v6",
    reduce: "M15.2 15.2 21 21M4 10.5a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0M7.5 10.5h6",
    play: "M7 4.5v15l12-7.5z",
    pause: "M8 5v14M16 5v14",
    fullscreen: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  };

  // Built once, when first needed.
  let dialog, body, stage, panel, position, caption, buttons;

  let shown; // { frame, row }: what the dialog shows; none while it is closed
  let request = 0; // tells a late answer for a frame that has been left
  let playing = false; // a slideshow runs
  let turn; // the timer of the slideshow's next picture
  let idle; // the timer of its buttons
  let preloaded = []; // held so that the browser keeps them
  let panelOpen = !narrow.matches;
  let left = Promise.resolve(); // settles when the history has gone back after closing
  let wallTitle; // the page's title while no photo is shown

  silverprint.viewer = {
    open,
    close,
    /** For the list of all keys. */
    keys: [
      ["In the viewer"],
      ["← →", "to the neighbours"],
      ["Home  End", "to the first and the last photo"],
      ["z", "100 % or fitted; at 100 %, ↑ ↓ and Shift with ← → pan"],
      ["i", "what is known of the photo"],
      ["s", "slideshow"],
      ["f", "full screen"],
      ["Space", "play a video, or pause it"],
      ["Esc", "back to the wall"],
    ],
  };

  /** Shows a frame, and adds it to the history. */
  async function open(frame) {
    await left;
    const wasOpen = Boolean(dialog?.open);
    const row = await show(frame);
    if (!row || shown?.frame !== frame) return;
    writeAddress(row.id, wasOpen ? "replaceState" : "pushState");
  }

  /** Back to the wall, with the focus on the frame that was shown. */
  function close() {
    dialog?.close(); // the rest follows in whenClosed, as it does after Escape
  }

  // ---- What is shown

  async function show(frame, manner = {}) {
    build();
    const mine = ++request;
    clearTimeout(turn);
    if (!dialog.open) {
      wallTitle = document.title;
      dialog.showModal();
      dialog.focus();
    }
    shown = { frame, row: silverprint.rowNow(frame) };
    try {
      shown.row ??= await silverprint.row(frame);
    } catch {
      // The part of the sheet with its texts cannot be read; the stage says so.
    }
    if (mine !== request) return undefined;
    const { row } = shown;
    stage.show(frame, row, manner);
    silverprint.fillPanel(panel, frame, row, say);
    if (!dialog.contains(document.activeElement)) dialog.focus(); // what had it is gone
    caption.textContent = silverprint.titleOf(row);
    document.title = `${caption.textContent} – ${wallTitle}`;
    sayPosition();
    stage.ready.then(() => {
      if (mine !== request || !dialog.open) return;
      preloadNeighbours(frame);
      scheduleTurn();
    });
    return row;
  }

  async function showNeighbour(frame, manner) {
    const row = await show(frame, manner);
    if (row) writeAddress(row.id, "replaceState");
  }

  function sayPosition() {
    const at = placeInView();
    const { length } = silverprint.view;
    position.textContent = at < 0
      ? `Frame ${count(shown.frame)}, not among the ${count(length)} shown`
      : `${count(at + 1)} of ${count(length)}`;
    // Pictures that change by themselves are not announced; those one goes to are.
    position.setAttribute("aria-live", playing ? "off" : "polite");
    allow(buttons.previous, neighbour(-1) !== undefined);
    allow(buttons.next, neighbour(1) !== undefined);
    allow(buttons.play, length > 1 && at >= 0);
  }

  const placeInView = () => silverprint.view.positionOf(shown.frame) ?? -1;

  function neighbour(step) {
    const at = placeInView();
    const to = at + step;
    return at >= 0 && to >= 0 && to < silverprint.view.length ? silverprint.view.frameAt(to) : undefined;
  }

  function preloadNeighbours(frame) {
    const wanted = [neighbour(1), neighbour(-1)].filter((other) => other !== undefined);
    Promise.allSettled(wanted.map((other) => silverprint.row(other))).then((answers) => {
      if (shown?.frame !== frame) return;
      preloaded = answers
        .map(({ value: row }) => !row?.missing && silverprint.localAddress(row?.picture))
        .filter(Boolean)
        .map((address) => Object.assign(new Image(), { src: address }));
    });
  }

  // ---- Going on: by hand (which ends a slideshow) and by itself

  function goTo(frame) {
    stopPlaying();
    if (frame !== undefined && frame !== shown.frame) showNeighbour(frame);
  }

  const step = (by) => goTo(neighbour(by));
  const goToEnd = (at) => silverprint.view.length && goTo(silverprint.view.frameAt(at));

  function togglePlaying() {
    if (playing) return stopPlaying();
    if (silverprint.view.length < 2 || placeInView() < 0) return undefined;
    playing = true;
    markPlaying();
    scheduleTurn();
    return wake();
  }

  function stopPlaying() {
    if (!playing) return;
    playing = false;
    clearTimeout(turn);
    markPlaying();
    wake();
  }

  function markPlaying() {
    label(buttons.play, playing ? "pause" : "play", playing ? "Stop the slideshow" : "Start a slideshow", "s");
    sayPosition();
  }

  // A film that runs is seen to its end; a hidden tab waits.
  function scheduleTurn() {
    clearTimeout(turn);
    if (!playing || document.hidden) return;
    const film = stage.media instanceof HTMLVideoElement ? stage.media : undefined;
    turn = setTimeout(() => {
      if (film && !film.paused) return film.addEventListener("pause", scheduleTurn, { once: true });
      const next = neighbour(1) ?? silverprint.view.frameAt(0);
      return showNeighbour(next, { crossfade: !calm.matches });
    }, INTERVAL);
  }

  // A slideshow is looked at, not worked with: its buttons go until the mouse moves.
  function wake() {
    body.classList.remove("viewer-idle");
    clearTimeout(idle);
    if (playing) idle = setTimeout(() => body.classList.add("viewer-idle"), IDLE);
  }

  // ---- The address

  /** The address in its parts: the photo's ID, if any, and the wall's own parameters. */
  function readAddress() {
    const parts = location.hash.slice(1).split("&").filter(Boolean);
    const photo = parts.find((part) => part.startsWith("photo-"));
    const rest = parts.filter((part) => !part.startsWith("photo-"));
    try {
      return { id: photo && decodeURIComponent(photo.slice("photo-".length)), rest };
    } catch {
      return { id: undefined, rest }; // a stray % sign
    }
  }

  function writeAddress(id, how) {
    const { rest } = readAddress();
    const hash = [...(id ? [`photo-${encodeURIComponent(id)}`] : []), ...rest].join("&");
    const state = how === "pushState" ? { viewer: true } : history.state;
    history[how](state, "", location.href.split("#")[0] + (hash && `#${hash}`));
  }

  // Back, Forward, a link to a tag or an address typed by hand: the dialog follows.
  async function followAddress() {
    const { id } = readAddress();
    if (!id) return close();
    if (String(shown?.row?.id) === id) return undefined;
    const mine = ++request;
    const frame = await silverprint.frameOf(id);
    if (mine !== request) return undefined;
    if (frame === undefined || frame === null) return close(); // of another sheet
    stopPlaying();
    return show(frame);
  }

  function whenClosed() {
    if (dialog.open) return; // and opened again, before the event came
    const { frame } = shown;
    request++;
    stopPlaying();
    stage.clear();
    shown = undefined;
    preloaded = [];
    document.title = wallTitle;
    if (document.fullscreenElement) document.exitFullscreen();
    // The wall may have to bring back the frame first: it has only those on screen.
    tell("viewed", { frame });
    if (!readAddress().id) return;
    if (history.state?.viewer) {
      left = new Promise((resolve) => addEventListener("popstate", resolve, { once: true }));
      history.back();
    } else {
      writeAddress(undefined, "replaceState");
    }
  }

  // ---- The keys

  const KEYS = {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    Home: () => goToEnd(0),
    End: () => goToEnd(silverprint.view.length - 1),
    z: () => zoom(),
    i: () => togglePanel(),
    s: () => togglePlaying(),
    f: () => toggleFullscreen(),
    " ": () => playFilm(),
    "?": () => document.getElementById("help")?.click(), // the wall's list opens over the viewer
  };

  function whenKeyPressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    wake();
    const { target, key } = event;
    // A film has keys of its own; so has a button, for Space.
    if (target.tagName === "VIDEO" && key.length > 1) return;
    if (key === " " && (target.closest("button, a, video") || !(stage.media instanceof HTMLVideoElement))) return;
    if (event.shiftKey && key.length > 1) return; // pans at 100 %, see panByKey
    const name = key.length > 1 ? key : key.toLowerCase();
    const act = Object.hasOwn(KEYS, name) ? KEYS[name] : undefined;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation(); // the wall has the same keys
    act();
  }

  // Left and right lead to the neighbours even at 100 %; with Shift, they pan.
  function panByKey(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way || !stage.zoomed || event.target.closest(".viewer-panel")) return;
    if (way[0] && !event.shiftKey) return;
    event.preventDefault();
    stage.element.scrollBy({ left: way[0] * 120, top: way[1] * 120 });
  }

  const playFilm = () => (stage.media.paused ? stage.media.play() : stage.media.pause());

  // ---- Zoom, panel, full screen

  function zoom() {
    stopPlaying();
    stage.toggleZoom();
  }

  function markZoom() {
    allow(buttons.zoom, stage.zoomed || stage.fullScale);
    const [icon, text] = stage.zoomed ? ["reduce", "Fit to the window"] : ["enlarge", "Show at 100 %"];
    label(buttons.zoom, icon, text, "z");
  }

  function togglePanel() {
    panelOpen = !panelOpen;
    markPanel();
  }

  function markPanel() {
    body.classList.toggle("viewer-with-panel", panelOpen);
    buttons.info.setAttribute("aria-expanded", String(panelOpen));
  }

  // The dialog itself may not go full screen, what it holds may.
  function toggleFullscreen() {
    if (!document.fullscreenEnabled) return undefined;
    if (document.fullscreenElement) return document.exitFullscreen();
    return body.requestFullscreen().catch(() => {}); // the user's browser may refuse
  }

  // ---- The dialog

  function build() {
    if (dialog) return;
    panel = make("section", { class: "viewer-panel", id: "viewer-panel", "aria-label": "About this photo" });
    position = make("p", { class: "viewer-position", "aria-live": "polite", "aria-atomic": "true" });
    caption = make("p", { class: "viewer-caption", dir: "auto" });
    buttons = {
      play: button("play", "Start a slideshow", "s", togglePlaying),
      zoom: button("enlarge", "Show at 100 %", "z", zoom),
      fullscreen: button("fullscreen", "Full screen", "f", toggleFullscreen),
      info: button("info", "About this photo", "i", togglePanel),
      close: button("close", "Close", "Escape", close),
      previous: button("previous", "Previous photo", "←", () => step(-1)),
      next: button("next", "Next photo", "→", () => step(1)),
    };
    buttons.fullscreen.hidden = !document.fullscreenEnabled;
    buttons.info.setAttribute("aria-controls", panel.id);
    buttons.previous.classList.add("viewer-previous");
    buttons.next.classList.add("viewer-next");
    const { previous, next, ...tools } = buttons;
    const picture = make("div", { class: "viewer-stage", role: "group", "aria-label": "Picture" });
    body = make("div", { class: "viewer-body" },
      make("div", { class: "viewer-bar" }, position, caption, make("div", { class: "viewer-tools" }, ...Object.values(tools))),
      make("div", { class: "viewer-middle" }, picture, previous, next),
      panel,
      make("p", { class: "viewer-said", role: "status" }));
    dialog = make("dialog", { class: "viewer", "aria-labelledby": "viewer-title", tabindex: "-1" }, body);
    document.body.append(dialog);
    stage = new silverprint.ViewerStage(picture);
    markPanel();
    listen();
  }

  function listen() {
    stage.element.addEventListener("step", ({ detail }) => step(detail));
    stage.element.addEventListener("dismiss", close);
    stage.element.addEventListener("zoom", markZoom);
    dialog.addEventListener("close", whenClosed);
    dialog.addEventListener("keydown", whenKeyPressed);
    dialog.addEventListener("keydown", panByKey);
    dialog.addEventListener("pointermove", wake);
    dialog.addEventListener("pointerdown", wake);
    document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(turn) : scheduleTurn()));
    silverprint.events.addEventListener("view", () => shown && sayPosition());
  }

  function button(icon, text, key, act) {
    const made = make("button", { type: "button", class: "viewer-button" });
    label(made, icon, text, key);
    made.addEventListener("click", act);
    return made;
  }

  function label(target, icon, text, key) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", ICONS[icon]);
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("viewBox", "0 0 24 24");
    drawing.setAttribute("aria-hidden", "true");
    drawing.append(path);
    target.replaceChildren(drawing);
    target.setAttribute("aria-label", text);
    target.title = `${text} (${key})`;
  }

  // Not `disabled`: that would take the focus, and with it the keys, from the dialog.
  function allow(target, allowed) {
    target.setAttribute("aria-disabled", String(!allowed));
  }

  const say = (text) => { body.querySelector(".viewer-said").textContent = text; };

  addEventListener("popstate", followAddress);
  if (readAddress().id) followAddress();
})();
