// A hundred thousand photos: scrolled through, jumped about in. Times are for
// `cargo xtask bench sheet`; here it counts that everything is there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Archive } from "./archive.mjs";
import { DESK, drawn, framesInWindow, openWall } from "./sheet.mjs";

const archive = Archive.named("large");
const { frames } = archive.head;
/** Frames for several windows, with their headings and the page around them. */
const MOST_ELEMENTS = 4_000;

/** What runs while the wall is scrolled through, frame by frame of the screen. */
function scrollThrough({ step, steps }) {
  return new Promise((resolve) => {
    const seen = { elements: 0, images: 0, empty: 0, frames: 0 };
    const next = () => {
      // What the last frame of the screen showed.
      const { length } = document.getElementsByTagName("*");
      seen.elements = Math.max(seen.elements, length);
      seen.images = Math.max(seen.images, document.images.length);
      if (window.framesInWindow().length === 0) seen.empty += 1;
      if (seen.frames === steps) return resolve(seen);
      seen.frames += 1;
      window.scrollBy(0, step);
      return requestAnimationFrame(() => requestAnimationFrame(next));
    };
    next();
  });
}

test("elements stay few, and no window is empty, however far it is scrolled", async (t) => {
  const page = await openWall(t, archive);
  const before = await framesInWindow(page);
  // 5,000 px/s are 83 a frame at 60 Hz.
  const seen = await page.evaluate(scrollThrough, { step: 83, steps: 240 });
  assert.ok(seen.elements < MOST_ELEMENTS, `${seen.elements} elements`);
  assert.ok(seen.images < MOST_ELEMENTS / 4, `${seen.images} images`);
  assert.equal(seen.empty, 0, "frames of the screen without a photo");
  await drawn(page);
  const after = await framesInWindow(page);
  assert.ok(after[0] < before.at(-1), `${after[0]} comes after ${before.at(-1)}`);
  assert.deepEqual(after, after.map((_, place) => after[0] - place), "none is left out");
});

test("back up, the same frames are there", async (t) => {
  const page = await openWall(t, archive);
  const before = await framesInWindow(page);
  await page.evaluate(scrollThrough, { step: 700, steps: 60 });
  await page.evaluate(scrollThrough, { step: -700, steps: 60 });
  await drawn(page);
  assert.deepEqual(await framesInWindow(page), before);
});

test("the end of the scrollbar shows the first frame", async (t) => {
  const page = await openWall(t, archive);
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await page.waitForFunction(() => window.framesInWindow().some((frame) => window.numberOf(frame) === 1));
  await drawn(page);
  assert.equal((await framesInWindow(page)).at(-1), 1);
});

// Each jump has the prints of its destination, in order, whatever was shown before.
test("a jump along the timeline shows where it leads", async (t) => {
  const page = await openWall(t, archive);
  const rail = await page.locator("#rail").boundingBox();
  let last = frames + 1;
  for (const share of [0.2, 0.5, 0.8, 0.97]) {
    await page.mouse.click(rail.x + rail.width / 2, rail.y + rail.height * share);
    await page.waitForFunction((last) => {
      const [first] = window.framesInWindow().map(window.numberOf);
      return first < last;
    }, last);
    await drawn(page);
    const shown = await framesInWindow(page);
    const ideal = frames * (1 - share);
    assert.ok(Math.abs(shown[0] - ideal) < frames / 20, `at ${share} stands frame ${shown[0]}`);
    assert.deepEqual(shown, shown.map((_, place) => shown[0] - place));
    last = shown[0];
  }
});

test("the timeline goes by months and years, by keyboard", async (t) => {
  const page = await openWall(t, archive);
  const rail = page.locator("#rail");
  const [newest, before] = archive.head.months.map(([key]) => key);
  await page.keyboard.press("t");
  await page.waitForFunction(() => document.activeElement.id === "rail");
  const month = (key) => new Date(`${key}-01T00:00:00Z`).toLocaleString("en", { month: "long", year: "numeric", timeZone: "UTC" });
  const said = async (key) => {
    await page.waitForFunction((text) => document.getElementById("rail").getAttribute("aria-valuetext").startsWith(text), month(key))
      .catch(async () => assert.equal(await rail.getAttribute("aria-valuetext"), month(key)));
  };
  await said(newest);
  await page.keyboard.press("ArrowDown");
  await said(before);
  await page.keyboard.press("PageDown");
  await said(archive.head.months.map(([key]) => key).find((key) => key.slice(0, 4) < before.slice(0, 4)));
  await page.keyboard.press("End");
  await said(archive.head.months.at(-1)[0]);
  await drawn(page);
  await page.keyboard.press("Home");
  await said(newest);
  await drawn(page);
  assert.equal((await framesInWindow(page))[0], frames);
});

test("a window of another width keeps its place", async (t) => {
  const page = await openWall(t, archive);
  await page.evaluate(() => silverprint.wall.scrollTo(silverprint.wall.layout.height / 3));
  await drawn(page);
  const [before] = await framesInWindow(page);
  await page.setViewportSize({ ...DESK, width: 700 });
  await page.waitForFunction(() => silverprint.wall.layout.columns < 6);
  await drawn(page);
  const after = await framesInWindow(page);
  assert.ok(after.includes(before) || Math.abs(after[0] - before) < 60, `${before} was first, now ${after[0]}`);
});
