// In the wall: the keyboard, the pointer, and the caption that both bring up.
//
// One frame is in the tab order; the arrows move that on (a "roving" focus), so that
// Tab passes the wall in one step however many photos there are.
"use strict";

(() => {
  const { sheet, wall, make, events } = silverprint;
  const canvas = document.getElementById("canvas");

  let at = 0; // the position that has, or last had, the focus
  let tabbable; // the cell in the tab order

  function makeTabbable(cell) {
    if (tabbable && tabbable !== cell) tabbable.link.tabIndex = -1;
    tabbable = cell;
    if (cell) cell.link.tabIndex = 0;
  }

  /** The first frame that can be seen whole. */
  function firstSeen() {
    const { layout } = wall;
    if (!layout?.rows) return undefined;
    let number = layout.rowAt(Math.max(0, wall.top));
    if (layout.row(number).top < wall.top && number + 1 < layout.rows) number++;
    return layout.row(number).start;
  }

  events.addEventListener("rendered", () => {
    const isHere = tabbable?.link.isConnected && tabbable.position === at;
    if (isHere && document.activeElement === tabbable.link) return;
    makeTabbable(wall.cellAt(at) ?? wall.cellAt(firstSeen() ?? -1));
  });

  let focused; // the frame, which keeps the place when the view changes
  events.addEventListener("view", () => { at = Math.max(0, focused ? silverprint.view.positionOf(focused) : 0); });

  const cellOf = (target) => target.closest?.(".frame")?.cell;

  canvas.addEventListener("focusin", ({ target }) => {
    const cell = cellOf(target);
    if (!cell) return;
    at = cell.position;
    focused = cell.frame;
    makeTabbable(cell);
    if (target.matches(":focus-visible")) showCaption(cell);
  });
  canvas.addEventListener("focusout", () => hideCaption());

  function moveTo(position) {
    const last = silverprint.view.length - 1;
    wall.reveal(Math.min(Math.max(position, 0), last))?.link.focus({ preventScroll: true });
  }

  /** The position so many rows on, in the same column where there is one. */
  function rowsOn(steps) {
    const { layout } = wall;
    const number = layout.rowOf(at);
    const column = at - layout.row(number).start;
    const to = layout.row(Math.min(Math.max(number + steps, 0), layout.rows - 1));
    return to.start + Math.min(column, to.length - 1);
  }

  const page = () => Math.max(1, Math.floor((innerHeight - 120) / wall.layout.pitch));
  const row = () => wall.layout.row(wall.layout.rowOf(at));
  const MOVES = {
    ArrowLeft: () => at - 1,
    ArrowRight: () => at + 1,
    ArrowUp: () => rowsOn(-1),
    ArrowDown: () => rowsOn(1),
    PageUp: () => rowsOn(-page()),
    PageDown: () => rowsOn(page()),
    Home: ({ ctrlKey }) => (ctrlKey ? 0 : row().start),
    End: ({ ctrlKey }) => (ctrlKey ? silverprint.view.length - 1 : row().start + row().length - 1),
  };

  canvas.addEventListener("keydown", (event) => {
    const cell = cellOf(event.target);
    if (!cell || event.altKey || event.metaKey) return;
    if (event.key in MOVES) moveTo(MOVES[event.key](event));
    else if (event.key === "Enter" || event.key === " ") open(cell);
    else return;
    event.preventDefault();
  });

  /** Into the wall, to where one was, or to the first frame in sight. */
  wall.enter = () => {
    const seen = firstSeen();
    if (seen !== undefined) moveTo(wall.cellAt(at) && focused ? at : seen);
  };
  /** To the frame that had the focus, or, where the view has it no more, to the first in sight. */
  wall.refocus = () => {
    const position = focused ? silverprint.view.positionOf(focused) : -1;
    const cell = position >= 0 ? wall.reveal(position) : wall.cellAt(firstSeen() ?? -1);
    cell?.link.focus({ preventScroll: true });
  };

  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address says what is asked for
    wall.enter();
  });

  // ---- Opening

  function open(cell) {
    hideCaption();
    focused = cell.frame;
    at = cell.position;
    if (silverprint.viewer) silverprint.viewer.open(cell.frame);
    else if (cell.row?.picture) location.assign(cell.row.picture);
  }

  canvas.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return; // a new tab, as with any link
    const cell = cellOf(event.target) ?? (event.target.closest(".caption") && captioned);
    if (!cell) return;
    event.preventDefault();
    open(cell);
  });

  events.addEventListener("viewed", ({ detail }) => wall.goTo(detail.frame));

  // ---- The caption: over the wall, so that nothing moves; it stays under the pointer,
  // and Escape takes it away

  const title = make("p", { class: "title" }), date = make("p"), license = make("p"), note = make("p", { class: "note" });
  const caption = make("div", { class: "caption", id: "caption" }, title, date, license, note);
  caption.hidden = true;
  canvas.append(caption);
  let captioned; // the cell
  let dwell;

  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  /** "2013-11-02 10:00:00" -> "2 Nov 2013"; months and days may be unknown (00). */
  function day(text) {
    const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
    return year && [Number(day) || "", MONTHS[month - 1], year].filter(Boolean).join(" ");
  }

  function dateOf(row) {
    const taken = row.taken && day(row.taken);
    if (taken) return `Taken ${taken}`;
    return row.posted === undefined ? "" : `Posted ${day(new Date(row.posted * 1000).toISOString())}`;
  }

  async function showCaption(cell) {
    captioned = cell;
    const { frame } = cell;
    const row = cell.row ?? (await silverprint.row(frame).catch(() => null));
    if (captioned !== cell || cell.frame !== frame || !row) return;
    title.textContent = row.title || "untitled";
    title.classList.toggle("untitled", !row.title);
    date.textContent = dateOf(row);
    license.textContent = sheet.licenses.find(([id]) => id === row.license)?.[2] ?? "";
    note.textContent = row.note ?? "";
    for (const line of [date, license, note]) line.hidden = line.textContent === "";
    caption.hidden = false;
    cell.link.setAttribute("aria-describedby", "caption");
    place(cell);
  }

  function place({ link }) {
    const print = link.getBoundingClientRect();
    const wallBox = canvas.getBoundingClientRect();
    const left = Math.max(0, Math.min(print.left - wallBox.left, wallBox.width - caption.offsetWidth));
    const isLow = print.bottom + caption.offsetHeight > innerHeight;
    const y = isLow ? print.top - caption.offsetHeight : print.bottom;
    caption.style.transform = `translate(${Math.round(left)}px, ${Math.round(y - wallBox.top)}px)`;
  }

  function hideCaption() {
    clearTimeout(dwell);
    captioned?.link.removeAttribute("aria-describedby");
    captioned = undefined;
    caption.hidden = true;
  }

  canvas.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch" || event.target.closest(".caption")) return clearTimeout(dwell);
    const cell = cellOf(event.target);
    if (cell && cell === captioned) return clearTimeout(dwell);
    clearTimeout(dwell);
    // A moment's rest, so that captions don't flicker along with the pointer.
    dwell = setTimeout(() => {
      hideCaption();
      if (cell) showCaption(cell);
    }, cell ? 120 : 60);
  });
  canvas.addEventListener("pointerleave", () => {
    clearTimeout(dwell);
    dwell = setTimeout(hideCaption, 60);
  });
  addEventListener("scroll", () => {
    if (captioned && document.activeElement !== captioned.link) hideCaption();
  }, { passive: true });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !caption.hidden) {
      event.preventDefault();
      hideCaption();
    }
  });
})();
