// What the wall shows, and in which order: silverprint.view.
//
//   length                  how many photos
//   frameAt(position)       the frame at a place of the wall, counted from 0
//   positionOf(frame)       the other way round; -1 where the frame is not shown
//   groups                  [{ key, label, start, length }], one under another
//   everything              nothing is filtered out
//   reading                 the texts are still being read: there may be more
//
// What is asked for stands in the address (#q=…&year=2019&sort=views), so that it
// can be kept, sent and gone back to. "view" is told whenever the view has changed.
//
// The plain order, newest first, is arithmetic on head.js alone: a wall of a million
// photos opens without reading anything else.
"use strict";

(() => {
  const { sheet } = silverprint;
  const NOTHING = { q: "", year: "", tag: "", license: "", kind: "", original: "", sort: "" };
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  const VIDEO = 1, ORIGINAL = 2, MISSING = 4, MARKED = 8; // bits of table.kind
  const isFiles = sheet.subject === "files"; // shown from frame 1 on; a photostream from its newest
  const total = Math.max(0, sheet.frames - sheet.first + 1);

  // ---- The address

  function parse(hash) {
    const state = { ...NOTHING };
    for (const [name, value] of new URLSearchParams(hash.replace(/^#/, ""))) {
      if (Object.hasOwn(NOTHING, name)) state[name] = value.trim() && value;
    }
    if (state.sort === "posted") state.sort = "";
    return state;
  }

  /** The address without "#" for a state, with the photo that it may name. */
  function address(state) {
    const photo = /^#(photo-[^&]*)/.exec(location.hash)?.[1];
    const asked = Object.entries(state).filter(([, value]) => value !== "");
    const query = new URLSearchParams(asked).toString();
    return [photo, query].filter(Boolean).join("&");
  }

  const find = {
    state: parse(location.hash),
    /** Changes what is asked for: a new step in the history, or the present one. */
    change(changes, { replace = false } = {}) {
      const state = { ...find.state, ...changes };
      if (same(state, find.state)) return;
      find.state = state;
      const hash = address(state);
      const url = location.href.split("#")[0] + (hash && `#${hash}`);
      history[replace ? "replaceState" : "pushState"](null, "", url);
      update({ isNew: true });
    },
    clear: () => find.change(NOTHING),
    isAsked: () => !same({ ...find.state, sort: "" }, NOTHING),
    total,
  };
  silverprint.find = find;

  const same = (a, b) => Object.keys(NOTHING).every((name) => a[name] === b[name]);

  function follow() {
    const state = parse(location.hash);
    if (same(state, find.state)) return;
    find.state = state;
    update({ isNew: true });
  }
  addEventListener("popstate", follow);
  addEventListener("hashchange", follow);

  // ---- Months and other groups

  const monthLabel = (key) =>
    key === "" ? "Undated" : `${MONTHS[Number(key.slice(5)) - 1] ?? ""} ${key.slice(0, 4)}`.trim();

  /** The groups of the plain order: the runs of months that head.js counts. */
  function monthRuns() {
    if (sheet.months.length === 0) return total ? [{ key: "", label: "", start: 0, length: total }] : [];
    let start = 0;
    return sheet.months.map(([key, length]) => {
      start += length;
      return { key, label: monthLabel(key), start: start - length, length };
    });
  }
  const runs = monthRuns();

  /** Puts neighbours with the same key together. */
  function grouped(frames, keyOf, labelOf) {
    const groups = [];
    let last;
    for (let i = 0; i < frames.length; i++) {
      const key = keyOf(frames[i]);
      if (!last || key !== last.key) groups.push((last = { key, label: labelOf(key), start: i, length: 0 }));
      last.length++;
    }
    return groups;
  }

  /** The month of a frame by its place in the plain order; asked in that order. */
  function monthByPlace() {
    let run = 0;
    return (frame) => {
      const position = plain.positionOf(frame);
      while (run + 1 < runs.length && position >= runs[run].start + runs[run].length) run++;
      return runs[run].key;
    };
  }

  const takenMonth = (frame) => {
    const taken = silverprint.table.taken[frame - 1];
    return Number.isNaN(taken) ? "" : new Date(taken * 1000).toISOString().slice(0, 7);
  };

  const VIEWS = [[100_000, "100,000 views and more"], [10_000, "10,000 and more"], [1000, "1,000 and more"], [100, "100 and more"], [10, "10 and more"], [1, "1 to 9 views"], [0, "No views"]];
  const viewsKey = (frame) => VIEWS.findIndex(([least]) => silverprint.table.views[frame - 1] >= least);
  const viewsLabel = (key) => VIEWS[key]?.[1] ?? "Views unknown";

  const sortableTitle = (frame) => silverprint.text.titleOf(frame).replace(/^[^\p{L}\p{N}]+/u, "");
  function titleKey(title) {
    const first = String.fromCodePoint(title.codePointAt(0) ?? 32);
    if (/\p{N}/u.test(first)) return "0–9";
    // The scripts with an alphabet come before U+3000; the others have too many letters.
    return first < "\u3000" ? first.toUpperCase().trim() : "…";
  }

  // ---- Views

  const plain = {
    length: total,
    frameAt: isFiles ? (position) => sheet.first + position : (position) => sheet.frames - position,
    positionOf(frame) {
      const position = isFiles ? frame - sheet.first : sheet.frames - frame;
      return position >= 0 && position < total ? position : -1;
    },
    groups: runs,
    everything: true,
    reading: false,
  };
  silverprint.view = plain;

  function viewOf(frames, groups, reading) {
    let places; // made when first asked for
    const find = (frame) => {
      if (!places) {
        places = new Int32Array(sheet.frames + 1).fill(-1);
        frames.forEach((frame, position) => { places[frame] = position; });
      }
      return places[frame] ?? -1;
    };
    return { length: frames.length, frameAt: (position) => frames[position], positionOf: find, groups, everything: frames.length === total, reading };
  }

  /** What has to be loaded before this state can be shown. */
  function needs({ q, tag, license, kind, original, sort }) {
    return {
      columns: Boolean(tag || license || kind || original || sort === "taken" || sort === "views"),
      texts: Boolean(silverprint.wordsOf(q).length || sort === "title"),
    };
  }

  /** A test per filter that is set; all in the table but the year, which is a range of the plain order. */
  function tests(state) {
    const { table } = silverprint;
    const tests = [];
    const words = silverprint.wordsOf(state.q);
    if (words.length) {
      const marks = silverprint.text.marks(words);
      tests.push((frame) => marks[frame - 1] === 1);
    }
    if (state.license) tests.push((frame) => table.license[frame - 1] === Number(state.license));
    const kinds = { video: [VIDEO, VIDEO], photo: [VIDEO, 0], missing: [MISSING, MISSING], marked: [MARKED, MARKED] };
    for (const [mask, bits] of [kinds[state.kind], { yes: [ORIGINAL, ORIGINAL], no: [ORIGINAL, 0] }[state.original]].filter(Boolean)) {
      tests.push((frame) => (table.kind[frame - 1] & mask) === bits);
    }
    if (state.tag) tests.push(tagTest(state.tag));
    if (state.year) tests.push(yearTest(state));
    return tests;
  }

  function tagTest(name) {
    const { tags, tagStart, tagOf } = silverprint.table;
    const tag = tags.findIndex(([text]) => text === name);
    return (frame) => {
      for (let i = tagStart[frame - 1]; i < tagStart[frame]; i++) if (tagOf[i] === tag) return true;
      return false;
    };
  }

  /** The year is that of the date by which the wall is sorted. */
  function yearTest({ year, sort }) {
    if (sort === "taken") return (frame) => takenMonth(frame).startsWith(year);
    const ranges = runs.filter(({ key }) => key.startsWith(`${year}-`));
    return (frame) => {
      const position = plain.positionOf(frame);
      return ranges.some(({ start, length }) => position >= start && position < start + length);
    };
  }

  function chosen(state) {
    const all = tests(state);
    const frames = new Uint32Array(total);
    let length = 0;
    for (let position = 0; position < total; position++) {
      const frame = plain.frameAt(position);
      if (all.every((test) => test(frame))) frames[length++] = frame;
    }
    return frames.slice(0, length);
  }

  /** The highest first; what is not known (NaN) last; equals in the plain order. */
  function byColumn(frames, column) {
    const worth = (frame) => { const value = column[frame - 1]; return Number.isNaN(value) ? -Infinity : value; };
    return frames.sort((a, b) => { const [x, y] = [worth(a), worth(b)]; return x === y ? plain.positionOf(a) - plain.positionOf(b) : y > x ? 1 : -1; });
  }

  function byTitle(frames) {
    const titled = Array.from(frames, (frame) => [sortableTitle(frame), frame]);
    titled.sort(([a], [b]) => (a === b ? 0 : a === "" ? 1 : b === "" ? -1 : a < b ? -1 : 1));
    const titles = new Map(titled.map(([title, frame]) => [frame, title]));
    const sorted = Uint32Array.from(titled, ([, frame]) => frame);
    return [sorted, grouped(sorted, (frame) => titleKey(titles.get(frame)), (key) => key || "Untitled")];
  }

  function compute(state) {
    const reading = needs(state).texts && !silverprint.text.complete;
    if (same(state, NOTHING)) return plain;
    const frames = chosen(state);
    const { table } = silverprint;
    if (state.sort === "title") return viewOf(...byTitle(frames), reading);
    if (state.sort === "taken") return viewOf(byColumn(frames, table.taken), grouped(frames, takenMonth, monthLabel), reading);
    if (state.sort === "views") return viewOf(byColumn(frames, table.views), grouped(frames, viewsKey, viewsLabel), reading);
    const month = runs.length > 0 ? monthByPlace() : () => "";
    return viewOf(frames, isFiles ? grouped(frames, () => "", () => "") : grouped(frames, month, monthLabel), reading);
  }

  // ---- Keeping it up to date

  let turn = 0; // tells an answer that comes too late
  let isAwaited = false; // something else was asked for than what is shown

  /** Shows the state, when what it needs is there; texts answer as far as they are read. */
  async function update({ isNew }) {
    const mine = ++turn;
    isAwaited ||= isNew;
    const { columns, texts } = needs(find.state);
    if (texts) silverprint.text.load({ now: true });
    if (columns && !silverprint.table) {
      silverprint.tell("busy");
      await silverprint.loadColumns();
    }
    if (mine !== turn) return;
    silverprint.view = compute(find.state);
    const detail = { isNew: isAwaited };
    isAwaited = false;
    silverprint.tell("view", detail);
  }

  // While texts arrive, the answer grows; not with each part, which would cost more than it shows.
  let due;
  silverprint.events.addEventListener("text", () => {
    if (!silverprint.view.reading) return;
    if (silverprint.text.complete) {
      clearTimeout(due);
      due = undefined;
      update({ isNew: false });
    } else {
      due ??= setTimeout(() => { due = undefined; if (silverprint.view.reading) update({ isNew: false }); }, 250);
    }
  });

  find.years = () => {
    const years = new Map();
    const add = (key, length) => key && years.set(key.slice(0, 4), (years.get(key.slice(0, 4)) ?? 0) + length);
    if (find.state.sort !== "taken") for (const { key, length } of runs) add(key, length);
    else if (silverprint.table) for (let frame = sheet.first; frame <= sheet.frames; frame++) add(takenMonth(frame), 1);
    return [...years].sort(([a], [b]) => (a < b ? 1 : -1));
  };

  // The first view is told when all scripts are there to hear it.
  addEventListener("DOMContentLoaded", () => {
    if (same(find.state, NOTHING)) silverprint.tell("view", { isNew: false });
    else update({ isNew: false });
    prepare();
  });

  /** In idle time, so that the first filter and the first search are answered at once. */
  async function prepare() {
    if (!silverprint.text.isSmall()) return; // a million photos' texts wait until they are asked for
    await silverprint.idle();
    await silverprint.loadColumns();
    silverprint.text.load();
  }
})();
