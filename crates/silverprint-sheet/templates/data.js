// The data of the sheet, and how it gets here.
//
// A page opened from file:// may not fetch(), but it may load scripts. So the
// archive's data lies in scripts that call a function of this object with it:
//
//   head.js           silverprint.head({…})         -> silverprint.sheet
//   parts/00012.js    silverprint.part(12, […])     500 rows; asked for by silverprint.row(frame)
//   texts/00012.js    silverprint.texts(12, […])    the same frames' titles, descriptions, tags, for text.js
//   columns/000.js    silverprint.columns(0, {…})   what filters and sorts need; silverprint.loadColumns()
//   tags.js           silverprint.tags([…])         loaded with the columns
//
// Frames are numbered from 1, the oldest. Whatever is in the data may be
// hostile: it goes into the page as text or as an attribute, never as HTML.
"use strict";

var silverprint = { events: new EventTarget() };

// Without this class (no scripts) the page shows its plain frames instead.
document.documentElement.classList.add("script");

(() => {
  const MOST_PARTS = 32; // kept at once: 16,000 rows, some 20 MB
  const number = new Intl.NumberFormat("en");

  /** An element with its attributes; text goes in as text, whatever it holds. */
  silverprint.make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== undefined));
    return element;
  };

  silverprint.count = (amount, one, many = `${one}s`) =>
    one === undefined ? number.format(amount) : `${number.format(amount)} ${amount === 1 ? one : many}`;

  silverprint.tell = (name, detail) => silverprint.events.dispatchEvent(new CustomEvent(name, { detail }));

  // ---- Scripts with data

  silverprint.head = (head) => { silverprint.sheet = head; };

  const arrived = new Map(); // "part 12" -> what the script that has just run gave
  silverprint.part = (part, rows) => arrived.set(`part ${part}`, rows);
  silverprint.texts = (part, texts) => arrived.set(`texts ${part}`, texts);
  silverprint.columns = (file, columns) => arrived.set(`columns ${file}`, columns);
  silverprint.tags = (tags) => arrived.set("tags", tags);

  /** Runs a script of data; gives what it brought under `key`. */
  function run(path, key) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = path;
      script.onload = () => {
        script.remove();
        const data = arrived.get(key);
        arrived.delete(key);
        if (data) resolve(data);
        else reject(new Error(`${path} brought no ${key}`));
      };
      script.onerror = () => {
        script.remove();
        reject(new Error(`${path} cannot be read`));
      };
      document.head.append(script);
    });
  }

  const padded = (value, digits) => String(value).padStart(digits, "0");

  // ---- Rows

  const parts = new Map(); // number -> rows; the one used last stands last
  const pending = new Map(); // number -> promise of rows
  const partOf = (frame) => Math.floor((frame - 1) / silverprint.sheet.perPart);

  /** Reads a part past the cache: for passes over all of them, which would turn it over. */
  silverprint.readPart = (part) =>
    parts.has(part) ? Promise.resolve(parts.get(part)) : run(`sheet/parts/${padded(part, 5)}.js`, `part ${part}`);

  /** A part's texts for the search, a string (or null) per frame. */
  silverprint.readTexts = (part) => run(`sheet/texts/${padded(part, 5)}.js`, `texts ${part}`);

  silverprint.partOf = partOf;
  // Of a stream that is still being listed, the oldest parts are not there yet.
  silverprint.firstPart = () => partOf(silverprint.sheet.first);
  silverprint.lastPart = () => partOf(silverprint.sheet.frames);

  /** The rows of a part, from the cache if they are there. */
  silverprint.loadPart = (part) => {
    if (!pending.has(part)) {
      const rows = silverprint.readPart(part).then((rows) => {
        parts.delete(part);
        parts.set(part, rows);
        if (parts.size > MOST_PARTS) parts.delete(parts.keys().next().value);
        return rows;
      });
      pending.set(part, rows);
      rows.catch(() => {}).finally(() => pending.delete(part));
    }
    return pending.get(part);
  };

  /** A frame's row if it is at hand; null if the frame has none; undefined if it has to be loaded. */
  silverprint.rowNow = (frame) => {
    const part = partOf(frame);
    const rows = parts.get(part);
    if (!rows) return undefined;
    parts.delete(part);
    parts.set(part, rows);
    return rows[(frame - 1) % silverprint.sheet.perPart] ?? null;
  };

  silverprint.row = async (frame) => {
    const rows = await silverprint.loadPart(partOf(frame));
    return rows[(frame - 1) % silverprint.sheet.perPart] ?? null;
  };

  /** Where the silver print of a frame is: the strip's address and its place in it. */
  silverprint.printOf = (frame) => {
    const index = frame - 1;
    const { perStrip } = silverprint.sheet;
    return { src: `sheet/strips/${padded(Math.floor(index / perStrip), 5)}.jpg`, place: index % perStrip };
  };

  // ---- From a photo's ID to its frame

  const placeIn = (rows, id) => rows.findIndex((row) => row?.id === id);

  /**
   * The frame of the photo with this ID. Flickr numbers its photos as they are
   * uploaded, and so are the frames: halving finds nearly every photo after a few
   * parts. An upload date may have been changed by hand, so what halving does not
   * find is looked for in all the others.
   */
  silverprint.frameOf = async (id) => {
    const { perPart } = silverprint.sheet;
    const found = (part, rows) => {
      const place = placeIn(rows, id);
      return place < 0 ? undefined : part * perPart + place + 1;
    };
    for (const [part, rows] of parts) {
      const frame = found(part, rows);
      if (frame) return frame;
    }
    const tried = new Set();
    const look = async (part) => {
      tried.add(part);
      return silverprint.readPart(part).catch(() => []);
    };
    const before = (a, b) => a.length - b.length || (a < b ? -1 : 1);
    for (let low = silverprint.firstPart(), high = silverprint.lastPart(); low <= high;) {
      const middle = (low + high) >> 1;
      const rows = await look(middle);
      const frame = found(middle, rows);
      if (frame) return frame;
      const ids = rows.filter(Boolean).map((row) => row.id);
      if (ids.length === 0 || before(ids[ids.length >> 1], id) < 0) low = middle + 1;
      else high = middle - 1;
    }
    for (let part = silverprint.lastPart(); part >= silverprint.firstPart(); part--) {
      const frame = tried.has(part) ? undefined : found(part, await look(part));
      if (frame) return frame;
    }
    return undefined;
  };

  // ---- Columns: a number or two per frame, in typed arrays, indexed by frame - 1

  /** The columns once they are loaded: see columnsFor below. */
  silverprint.table = undefined;
  let loading;

  silverprint.loadColumns = () => (loading ??= readColumns());

  async function readColumns() {
    const { first, frames, perColumns } = silverprint.sheet;
    const tags = await run("sheet/tags.js", "tags").catch(() => []);
    const table = {
      posted: new Float64Array(frames).fill(NaN),
      taken: new Float64Array(frames).fill(NaN),
      views: new Float64Array(frames).fill(NaN),
      license: new Int16Array(frames).fill(-1),
      kind: new Uint8Array(frames),
      // The tags of frame f: tagOf[tagStart[f - 1]] to before tagOf[tagStart[f]].
      tagStart: new Uint32Array(frames + 1),
      tagOf: new Uint32Array(0),
      tags,
    };
    const runs = [];
    for (let file = Math.floor((first - 1) / perColumns); file * perColumns < frames; file++) {
      const columns = await run(`sheet/columns/${padded(file, 3)}.js`, `columns ${file}`).catch(() => undefined);
      runs.push(enter(table, columns, file * perColumns, Math.min(perColumns, frames - file * perColumns)));
    }
    table.tagOf = new Uint32Array(table.tagStart[frames]);
    let at = 0;
    for (const run of runs) {
      table.tagOf.set(run, at);
      at += run.length;
    }
    silverprint.table = table;
    silverprint.tell("columns");
    return table;
  }

  /** Writes one file's columns into the table; gives its tags end to end. */
  function enter(table, columns, base, length) {
    const tags = [];
    const before = table.tagStart[base];
    for (let i = 0; i < length; i++) {
      if (columns) {
        for (const name of ["posted", "taken", "views"]) table[name][base + i] = columns[name][i] ?? NaN;
        table.license[base + i] = columns.license[i] ?? -1;
        table.kind[base + i] = columns.kind[i] ?? 0;
        for (const tag of columns.tags[i] ?? []) tags.push(tag);
      }
      table.tagStart[base + i + 1] = before + tags.length;
    }
    return Uint32Array.from(tags);
  }

  // ---- Idle time

  /** Waits until the browser has nothing better to do. */
  silverprint.idle = () =>
    new Promise((resolve) => {
      if (window.requestIdleCallback) requestIdleCallback(resolve, { timeout: 2000 });
      else setTimeout(resolve, 60);
    });
})();
