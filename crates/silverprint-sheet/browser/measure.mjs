// Measures a sheet in a browser: `node measure.mjs FOLDER ROUNDS` prints what came out as JSON,
// medians of the rounds but where it says otherwise. Each round has fresh browsers; the files are
// in the system's memory after the first.
import { readFileSync, readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { DESK, inWindow, launch, weigh } from "./browser.mjs";

const SPEED = 5_000; // px/s
const SCROLL_MS = 8_000;
const JUMPS = 20;
const WORDS = ["conference 12", "montréal"]; // the second when all is read

const [folder, rounds] = process.argv.slice(2);
const address = pathToFileURL(`${folder}/index.html`).href;

/** The value that so great a part of them is below. */
const share = (values, part) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];
const median = (values) => share(values, 0.5);

/** Opens the sheet in a browser of its own, waits for the prints, and closes it after `use`. */
async function inBrowser(use) {
  const browser = await launch();
  try {
    const context = await browser.newContext({ viewport: DESK, offline: true });
    await context.addInitScript(inWindow);
    await context.addInitScript(watch);
    const page = await context.newPage();
    page.setDefaultTimeout(300_000);
    const bytes = weigh(page);
    await page.goto(address);
    const drawnAt = await page.evaluate(() => window.firstDrawn);
    return await use(page, { drawnAt, bytes: bytes() });
  } finally {
    await browser.close();
  }
}

// In the page, before its own scripts.
function watch() {
  const frame = () => new Promise(requestAnimationFrame);
  /** When what is true now can be seen: a frame of the screen later. */
  const seen = async () => { await frame(); await frame(); return performance.now(); };
  window.until = async (isTrue) => {
    while (!isTrue()) await frame();
    return seen();
  };
  window.firstDrawn = new Promise((resolve) => addEventListener("DOMContentLoaded", () => {
    resolve(window.until(() => window.isDrawn()));
  }));
  window.jump = async (part) => {
    const from = performance.now();
    silverprint.wall.scrollTo(silverprint.wall.layout.height * part);
    return await window.until(() => window.isDrawn()) - from;
  };
  /** Types at once, and says when the first answer and the whole one can be seen. */
  window.search = async (words) => {
    const query = document.getElementById("query");
    const { find } = silverprint;
    const from = performance.now();
    query.focus();
    query.value = words;
    query.dispatchEvent(new Event("input"));
    const isAnswered = () => find.state.q === words && silverprint.view.length > 0 && silverprint.view.length < find.total;
    const first = window.until(isAnswered);
    const whole = window.until(() => isAnswered() && !silverprint.view.reading);
    return { first: await first - from, whole: await whole - from, found: silverprint.view.length };
  };
  /** From one frame of the screen to the next, in ms, for so long. */
  window.frames = (ms) => new Promise((resolve) => {
    const times = [];
    const tick = (now) => {
      times.push(now);
      if (now - times[0] < ms) requestAnimationFrame(tick);
      else resolve(times.slice(1).map((time, at) => time - times[at]));
    };
    requestAnimationFrame(tick);
  });
}

/** What the tab holds: the proportional set sizes of all renderers that this process started, in MB. */
function memory() {
  const parents = new Map();
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1).split(" ")[1];
      parents.set(name, { parent, line: readFileSync(`/proc/${name}/cmdline`, "utf8") });
    } catch { /* it has ended */ }
  }
  const isOurs = (name) => name === String(process.pid) || (parents.has(name) && isOurs(parents.get(name).parent));
  let bytes = 0;
  for (const [name, { line }] of parents) {
    if (!line.includes("--type=renderer") || !isOurs(name)) continue;
    bytes += 1024 * Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/smaps_rollup`, "utf8"))[1]);
  }
  if (bytes === 0) throw new Error("no renderer was found in /proc");
  return bytes / 1e6;
}

/** The wheel, turned so that the page moves at the speed. */
async function scroll(page) {
  const cdp = await page.context().newCDPSession(page);
  const frames = page.evaluate((ms) => window.frames(ms), SCROLL_MS);
  await cdp.send("Input.synthesizeScrollGesture", {
    x: 600, y: 500, yDistance: -SPEED * SCROLL_MS / 1000, speed: SPEED, gestureSourceType: "mouse", preventFling: true,
  });
  return frames;
}

async function lookAround() {
  return inBrowser(async (page, { drawnAt, bytes }) => {
    const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
    const held = [memory()];
    const from = await page.evaluate(() => scrollY);
    const frames = await scroll(page);
    const way = await page.evaluate(() => scrollY) - from;
    held.push(memory());
    const jumps = [];
    for (let jump = 0; jump < JUMPS; jump++) {
      // Never near the last place, in an order that repeats itself in each round.
      jumps.push(await page.evaluate((part) => window.jump(part), (jump * 0.381966 + 0.2) % 1));
    }
    held.push(memory());
    return { paint, drawn: drawnAt, bytes, frames, way, jumps, memory: held };
  });
}

/** A search as soon as there is something to see, and another when all is read. */
async function search() {
  return inBrowser(async (page) => {
    const first = await page.evaluate((words) => window.search(words), WORDS[0]);
    const later = await page.evaluate((words) => window.search(words), WORDS[1]);
    return { first, later, memory: memory() };
  });
}

const looks = [], searches = [];
for (let round = 0; round < Number(rounds); round++) {
  looks.push(await lookAround());
  searches.push(await search());
}
const frames = looks.flatMap((look) => look.frames);
console.log(JSON.stringify({
  paint: median(looks.map((look) => look.paint)),
  drawn: median(looks.map((look) => look.drawn)),
  bytes: looks[0].bytes,
  frame_p50: share(frames, 0.5),
  frame_p95: share(frames, 0.95),
  scrolled: median(looks.map((look) => look.way)),
  // The longest of all rounds.
  blank: Math.max(...looks.flatMap((look) => look.jumps)),
  blank_p50: share(looks.flatMap((look) => look.jumps), 0.5),
  // The most of all rounds, after opening, scrolling, jumping, searching.
  memory: Math.max(...looks.flatMap((look) => look.memory), ...searches.map((search) => search.memory)),
  answer: median(searches.map((search) => search.first.first)),
  whole_answer: median(searches.map((search) => search.first.whole)),
  next_answer: median(searches.map((search) => search.later.whole)),
}));
