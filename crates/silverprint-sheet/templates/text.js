// Searching titles, descriptions and tags.
//
// Of each part's texts one string is kept, folded (no capitals, no accents), with a table
// of where each row begins: 100,000 photos are 200 strings, which the browser's own
// indexOf() goes through in a few hundredths of a second. They have files of their own:
// reading whole rows for this took four times the time and 200 MB more.
"use strict";

(() => {
  // So many are read in idle time, before anyone searches: their text fits in memory.
  const MOST_UNASKED = 200_000;
  const AT_ONCE = 4; // parts read side by side when somebody waits
  const LETTERS = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h" };

  /** Without capitals and accents: "Été à Łódź" -> "ete a lodz". */
  silverprint.fold = (text) => {
    if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase(); // by far the most, and much faster
    return text
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]+/g, "")
      .toLowerCase()
      .replace(/[ßæœøđðþłıħ]/g, (letter) => LETTERS[letter]);
  };

  /** A query's words and "quoted phrases", folded. All of them must be there. */
  silverprint.wordsOf = (query) => {
    const words = [];
    for (const [, phrase, word] of query.matchAll(/"([^"]*)"?|([^\s"]+)/g)) {
      const folded = silverprint.fold(phrase ?? word).replace(/\s+/g, " ").trim();
      if (folded) words.push(folded);
    }
    return [...new Set(words)].sort((a, b) => b.length - a.length); // the rarest first, as a rule
  };

  // ---- The store

  const stores = []; // by part: { text, starts }; undefined until it is read
  let read = 0; // how many parts
  const count = () => silverprint.lastPart() - silverprint.firstPart() + 1;
  let urgent = false;
  let reading;

  silverprint.text = {
    /** How much has been read, from 0 to 1. */
    get share() { return read / count(); },
    get complete() { return read >= count(); },
    /** Reads what has not been read; at once, or in idle time. Tells "text" as it goes on. */
    load({ now = false } = {}) {
      urgent ||= now;
      return (reading ??= readAll());
    },
    isSmall: () => silverprint.sheet.frames <= MOST_UNASKED,
    marks,
    titleOf,
  };

  function enter(part, texts) {
    const { perPart } = silverprint.sheet;
    const starts = new Uint32Array(perPart + 1);
    // Each is a title, a description and tags, parted by line ends, so no phrase spans two.
    const folded = texts.map((text) => (text ? silverprint.fold(text) : ""));
    for (let i = 0; i < perPart; i++) starts[i + 1] = starts[i] + (folded[i]?.length ?? 0);
    stores[part] = { text: folded.join(""), starts };
  }

  // The newest first: the wall shows them first, so answers grow at the end.
  async function readAll() {
    const first = silverprint.firstPart();
    let next = silverprint.lastPart();
    const reader = async () => {
      while (next >= first) {
        if (!urgent) await silverprint.idle();
        const part = next--;
        if (part < first) return;
        enter(part, await silverprint.readTexts(part).catch(() => []));
        read++;
        silverprint.tell("text");
      }
    };
    const readers = [reader()];
    // The others begin when somebody waits.
    while (!urgent && next >= first) await new Promise((resolve) => silverprint.events.addEventListener("text", resolve, { once: true }));
    for (let i = 1; i < AT_ONCE; i++) readers.push(reader());
    await Promise.all(readers);
  }

  // ---- Looking

  /** A byte per frame (by frame - 1): 1 where all the words are, as far as has been read. */
  function marks(words) {
    const { frames, perPart } = silverprint.sheet;
    const marks = new Uint8Array(frames);
    stores.forEach((store, part) => markPart(store, words, marks, part * perPart));
    return marks;
  }

  function markPart({ text, starts }, [first, ...others], marks, base) {
    let row = 0;
    for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at)) {
      while (starts[row + 1] <= at) row++;
      const end = starts[row + 1];
      const whole = others.length ? text.slice(starts[row], end) : "";
      if (others.every((word) => whole.includes(word))) marks[base + row] = 1;
      at = end; // one place in a row is enough
    }
  }

  /** A frame's title, folded; empty where it has none or has not been read. */
  function titleOf(frame) {
    const { perPart } = silverprint.sheet;
    const store = stores[silverprint.partOf(frame)];
    if (!store) return "";
    const place = (frame - 1) % perPart;
    const start = store.starts[place];
    return start === store.starts[place + 1] ? "" : store.text.slice(start, store.text.indexOf("\n", start));
  }
})();
