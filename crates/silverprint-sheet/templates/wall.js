// The wall: rows of prints, of which only those near the window have elements.
//
// silverprint.layOut() says where every row lies; this file keeps elements for the
// rows in and around the window and moves them with a transform; cells.js fills them.
// What it needs of a frame at first is its number alone, so a jump never waits for
// texts; titles come with the parts.
"use strict";

(() => {
  const { sheet, make } = silverprint;
  const canvas = document.getElementById("canvas");
  const bar = document.getElementById("bar");
  const [PRINT_WIDTH, PRINT_HEIGHT] = sheet.print;
  const GAP = 4; // between frames, and around them
  const REBATE = 20; // the edge of the film over a print, with its number
  const HEADING = 52;
  const GROUP_GAP = 12;
  const LEAST_COLUMNS = 3; // also on a phone: there the prints shrink
  // Browsers end elements at 17.9 million (Firefox) or 33.5 million pixels (others).
  const MOST_HEIGHT = 15_000_000;

  let layout;
  let printHeight, columns;
  let canvasTop = 0; // of the canvas in the document
  let barHeight = 0; // what the sticky bar hides of the window
  let windowHeight = 0;

  const wall = { reveal, goTo, scrollTo, cellAt, get layout() { return layout; }, get top() { return top() + barHeight; } };
  silverprint.wall = wall;

  // ---- Scrolling, also where the wall is higher than an element may be
  //
  // The canvas is `canvasHeight` high, the wall layout.height. `offset` is how much of
  // the wall is folded away above: 0 unless the wall is too high. Small steps scroll
  // pixel by pixel; a jump (the scrollbar dragged) lands in proportion; and when the
  // scrolling rests, the scrollbar is put to where it belongs, under the same rows.

  let canvasHeight = 0;
  let offset = 0;
  let lastScroll = 0;
  const top = () => scrollY - canvasTop + offset;
  const isFolded = () => layout && layout.height > canvasHeight;

  function follow() {
    const scroll = scrollY - canvasTop;
    if (isFolded() && Math.abs(scroll - lastScroll) > 2 * windowHeight) {
      const share = Math.min(1, Math.max(0, scroll / (canvasHeight - windowHeight)));
      offset = share * (layout.height - canvasHeight);
      placeSections();
    } else if (isFolded() && (scroll < 0 ? offset > 0 : false)) {
      scrollTo(scroll + offset);
    }
    lastScroll = scrollY - canvasTop;
  }

  function settle() {
    if (isFolded() && scrollY > canvasTop) scrollTo(top());
  }

  /** Brings a height of the wall to the window's upper edge. */
  function scrollTo(y) {
    const most = layout.height - windowHeight;
    const wanted = Math.min(y, Math.max(most, 0) + canvasTop);
    let scroll = wanted;
    if (isFolded() && wanted > 0) {
      scroll = Math.round((wanted * (canvasHeight - windowHeight)) / most);
      offset = wanted - scroll;
    } else offset = 0;
    lastScroll = scroll;
    window.scrollTo(0, scroll + canvasTop);
    lastScroll = scrollY - canvasTop;
    placeSections();
    render();
  }

  // ---- Measuring

  function measure() {
    const anchor = layout && top() > 0 && layout.rows ? layout.row(layout.rowAt(top() + barHeight + HEADING)) : undefined;
    windowHeight = innerHeight;
    barHeight = getComputedStyle(bar).position === "sticky" ? bar.offsetHeight : 0;
    document.documentElement.style.setProperty("--bar", `${barHeight}px`);
    canvasTop = canvas.getBoundingClientRect().top + scrollY;
    const width = canvas.clientWidth;
    const fitting = Math.floor((width - GAP) / (PRINT_WIDTH + GAP));
    const nowColumns = Math.max(LEAST_COLUMNS, fitting);
    const printWidth = Math.min(PRINT_WIDTH, Math.floor((width - GAP) / nowColumns) - GAP);
    const nowHeight = Math.round((printWidth * PRINT_HEIGHT) / PRINT_WIDTH);
    if (layout && nowColumns === columns && nowHeight === printHeight) return render();
    columns = nowColumns;
    printHeight = nowHeight;
    canvas.style.setProperty("--print-width", `${printWidth}px`);
    canvas.style.setProperty("--print-height", `${printHeight}px`);
    keepingFocus(() => {
      layOut();
      if (anchor) scrollTo(layout.row(layout.rowOf(anchor.start)).top - barHeight - HEADING);
      else render();
    });
  }

  /** Gives the focus back to its frame, whose element is another after a new layout. */
  function keepingFocus(layAnew) {
    const isHere = canvas.contains(document.activeElement);
    layAnew();
    if (isHere) wall.refocus();
  }

  /** Lays the view out anew and begins with fresh rows. */
  function layOut() {
    const pitch = REBATE + printHeight + 2 * GAP;
    layout = silverprint.layOut(silverprint.view, { columns, pitch, heading: HEADING, gap: GROUP_GAP });
    canvasHeight = Math.min(layout.height, MOST_HEIGHT);
    canvas.style.height = `${canvasHeight}px`;
    offset = 0;
    for (const [number, row] of rows) release(number, row);
    for (const [group, section] of sections) dropSection(group, section);
    lastScroll = scrollY - canvasTop;
    if (isFolded() && lastScroll > 0) offset = Math.min(1, lastScroll / (canvasHeight - windowHeight)) * (layout.height - canvasHeight);
    silverprint.tell("laid");
  }

  // ---- Sections: a group's heading, which sticks, and its grid of rows

  const sections = new Map(); // number of the group -> { element, grid, top }

  function sectionOf(group) {
    let section = sections.get(group);
    if (!section) {
      const { label, length } = silverprint.view.groups[group];
      const id = `group-${group}`;
      const grid = make("div", {
        class: "grid", role: "grid", "aria-label": label || "Photos",
        "aria-rowcount": Math.ceil(length / columns), "aria-colcount": columns,
      });
      const heading = label && make("h2", { id }, label, " ", make("span", { class: "tally" }, silverprint.count(length)));
      const element = make("section", label ? { "aria-labelledby": id } : {}, ...(heading ? [heading] : []), grid);
      section = { element, grid, top: 0 };
      sections.set(group, section);
      place(group, section);
      const next = [...sections.keys()].filter((other) => other > group).sort((a, b) => a - b)[0];
      canvas.insertBefore(element, next === undefined ? null : sections.get(next).element);
    }
    return section;
  }

  function place(group, section) {
    const start = Math.max(0, layout.groupTop(group) - offset);
    const end = Math.min(canvasHeight, layout.groupBottom(group) - offset);
    section.top = start;
    section.element.style.top = `${start}px`;
    section.element.style.height = `${Math.max(end - start, 0)}px`;
  }

  function placeSections() {
    for (const [group, section] of sections) place(group, section);
    for (const row of rows.values()) placeRow(row);
  }

  function dropSection(group, section) {
    section.element.remove();
    sections.delete(group);
  }

  // ---- Rows

  const rows = new Map(); // number -> { element, cells, number, group, top }
  const spare = [];

  function release(number, row) {
    rows.delete(number);
    spare.push(row);
  }

  function newRow() {
    const row = { element: make("div", { class: "film", role: "row" }), cells: [] };
    for (let i = 0; i < columns; i++) row.cells.push(silverprint.cells.make(i));
    row.element.append(...row.cells.map(({ element }) => element));
    return row;
  }

  function takeRow(number) {
    let row = spare.pop();
    while (row && row.cells.length !== columns) row = (row.element.remove(), spare.pop());
    row ??= newRow();
    const info = layout.row(number);
    Object.assign(row, info, { number });
    row.element.setAttribute("aria-rowindex", info.inGroup + 1);
    row.cells.forEach((cell, i) => {
      cell.element.hidden = i >= info.length;
      silverprint.cells.fill(cell, i < info.length ? info.start + i : undefined);
    });
    rows.set(number, row);
    const { grid } = sectionOf(info.group);
    // In the order in which they are read, also by who does not see them.
    let next;
    for (const other of rows.values()) if (other.group === row.group && other.number > number && !(next?.number < other.number)) next = other;
    grid.insertBefore(row.element, next ? next.element : null);
    placeRow(row);
  }

  function placeRow(row) {
    row.element.style.transform = `translateY(${Math.round(row.top - offset - sections.get(row.group).top)}px)`;
  }

  let before = 0;
  let queued = false;

  /** Gives elements to the rows near the window, and takes them from the others. */
  function render() {
    if (!layout) return;
    const y = top();
    const isDown = y >= before;
    before = y;
    const margin = Math.max(300, windowHeight);
    const first = layout.rows ? layout.rowAt(Math.max(0, y - (isDown ? margin / 2 : margin))) : 0;
    const last = layout.rows ? layout.rowAt(Math.max(0, y + windowHeight + (isDown ? margin : margin / 2))) : -1;
    for (const [number, row] of rows) {
      // The row with the focus stays, or the focus would be lost.
      if ((number < first || number > last) && !row.element.contains(document.activeElement)) release(number, row);
    }
    const middle = layout.rows ? layout.rowAt(Math.max(0, y + windowHeight / 2)) : 0;
    const fresh = [];
    for (let number = first; number <= last; number++) if (!rows.has(number)) fresh.push(number);
    // From the middle of the window outwards: what is seen is read first.
    for (const number of fresh.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))) takeRow(number);
    for (const row of spare) row.element.remove();
    spare.length = Math.min(spare.length, 12);
    const used = new Set([...rows.values()].map(({ group }) => group));
    for (const [group, section] of sections) if (!used.has(group)) dropSection(group, section);
    loadRows();
    silverprint.tell("rendered");
  }

  let resting;
  addEventListener("scroll", () => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      if (!layout) return;
      follow();
      render();
      clearTimeout(resting);
      resting = setTimeout(settle, 200);
    });
  }, { passive: true });

  // ---- Rows' texts: at most two parts at a time, always those that the window lacks now

  const MOST_LOADING = 2;
  const loading = new Set();
  const failed = new Set();

  function loadRows() {
    if (loading.size >= MOST_LOADING) return;
    const lacking = new Map(); // part -> how far from the window's middle
    const middle = top() + windowHeight / 2;
    for (const row of rows.values()) {
      for (const { frame, row: known } of row.cells) {
        if (frame === undefined || known !== undefined) continue;
        const part = silverprint.partOf(frame);
        if (!loading.has(part) && !failed.has(part)) lacking.set(part, Math.min(lacking.get(part) ?? Infinity, Math.abs(row.top - middle)));
      }
    }
    const nearest = [...lacking].sort(([, a], [, b]) => a - b).slice(0, MOST_LOADING - loading.size);
    for (const [part] of nearest) {
      loading.add(part);
      silverprint.loadPart(part).catch(() => failed.add(part)).finally(() => {
        loading.delete(part);
        dressAll();
        loadRows();
      });
    }
  }

  function dressAll() {
    for (const row of rows.values()) {
      for (const cell of row.cells) {
        if (cell.frame === undefined || cell.row !== undefined) continue;
        const known = silverprint.rowNow(cell.frame);
        if (known !== undefined) silverprint.cells.dress(cell, known);
      }
    }
    silverprint.tell("dressed");
  }

  // ---- For the others

  /** The cell at a position, if it has elements. */
  function cellAt(position) {
    if (!layout?.rows || position < 0 || position >= silverprint.view.length) return undefined;
    const row = rows.get(layout.rowOf(position));
    return row?.cells[position - row.start];
  }

  /** Scrolls no further than it takes to see the frame at a position; gives its cell. */
  function reveal(position) {
    const row = layout.row(layout.rowOf(position));
    const upper = row.top - barHeight - (layout.headOf(row.group) || GAP);
    const lower = row.top + layout.pitch + GAP - windowHeight;
    if (top() > upper) scrollTo(upper);
    else if (top() < lower) scrollTo(lower);
    else render();
    return cellAt(position);
  }

  /** Shows a frame and focuses it; if the view leaves it out, the whole wall is shown again. */
  function goTo(frame) {
    if (silverprint.view.positionOf(frame) < 0) silverprint.find.clear();
    const position = silverprint.view.positionOf(frame);
    if (position >= 0) reveal(position)?.link.focus({ preventScroll: true });
  }

  silverprint.events.addEventListener("view", ({ detail }) => {
    if (!layout) return measure();
    keepingFocus(() => {
      layOut();
      // Answers begin at the top, but the masthead need not come back for that.
      if (detail.isNew && top() > -barHeight) scrollTo(-barHeight);
      else render();
    });
  });
  const observer = new ResizeObserver(() => silverprint.view && layout && measure());
  for (const element of [document.getElementById("masthead"), bar, document.getElementById("wall")]) observer.observe(element);
  addEventListener("resize", () => layout && measure());
})();
