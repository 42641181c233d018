// All the way without a mouse.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Archive } from "./archive.mjs";
import { drawn, focusOn, focused, framesInWindow, hashIs, openWall, viewing } from "./sheet.mjs";

const archive = Archive.named("small");
const { rows } = archive;
const newest = archive.head.frames;

/** Where Tab leads, until it has led to a place or round once. */
async function tabTo(page, selector) {
  const passed = [];
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.tagName);
    passed.push(at);
    if (await page.evaluate((selector) => document.activeElement.matches(selector), selector)) return passed;
  }
  return assert.fail(`${selector} is not among ${passed.join(", ")}`);
}

test("the first stop leads past all others to the photos", async (t) => {
  const page = await openWall(t, archive);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the photos");
  assert.ok(await page.evaluate(() => document.activeElement.getBoundingClientRect().width > 40), "who tabs sees it");
  await page.keyboard.press("Enter");
  await focusOn(page, newest);
});

test("Tab passes search, filters, wall and timeline, each photo of which it does not", async (t) => {
  const page = await openWall(t, archive);
  const passed = await tabTo(page, "#rail");
  for (const stop of ["query", "year", "tag", "license", "kind", "original", "sort"]) {
    assert.ok(passed.includes(stop), `${stop} among ${passed}`);
  }
  assert.equal(passed.filter((stop) => stop.includes("frame")).length, 1, `${passed}`);
});

test("every stop can be seen to have the focus", async (t) => {
  const page = await openWall(t, archive);
  for (let step = 0; step < 30; step++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement === document.body)) break; // round once
    const { what, ring } = await page.evaluate(() => {
      const at = document.activeElement;
      // Of a frame, its print has the ring.
      const rings = [at, ...at.querySelectorAll(".print")].map((element) => getComputedStyle(element));
      return { what: at.outerHTML.slice(0, 80), ring: rings.some(({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) };
    });
    assert.ok(ring, what);
  }
});

test("arrows, Home, End and Page keys move in the grid", async (t) => {
  const page = await openWall(t, archive);
  await page.keyboard.press("ArrowRight");
  await focusOn(page, newest);
  await page.keyboard.press("ArrowRight");
  await focusOn(page, newest - 1);
  await page.keyboard.press("ArrowLeft");
  await focusOn(page, newest);
  const columns = await page.evaluate(() => silverprint.wall.layout.columns);
  const inMonth = archive.head.months[0][1];
  await page.keyboard.press("End");
  await focusOn(page, newest - Math.min(columns, inMonth) + 1);
  await page.keyboard.press("Home");
  await focusOn(page, newest);
  // The row below may be shorter, and is of another month where this one is full.
  await page.keyboard.press("ArrowDown");
  await focusOn(page, newest - Math.min(columns, inMonth));
  await page.keyboard.press("ArrowUp");
  await focusOn(page, newest);
  await page.keyboard.press("PageDown");
  await page.waitForFunction((newest) => window.numberOf(document.activeElement) < newest - 5, newest);
  await page.keyboard.press("Control+End");
  await focusOn(page, 1);
  await drawn(page);
  assert.ok((await framesInWindow(page)).includes(1), "and it is in the window");
  await page.keyboard.press("Control+Home");
  await focusOn(page, newest);
});

test("the focus is never under what covers the wall", async (t) => {
  const page = await openWall(t, archive);
  await page.keyboard.press("ArrowRight");
  for (const key of ["PageDown", "PageDown", "PageDown", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp"]) {
    await page.keyboard.press(key);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const isSeen = await page.evaluate(() => {
      const box = document.activeElement.getBoundingClientRect();
      return [box.top + 3, box.bottom - 3].every((y) => document.activeElement.contains(document.elementFromPoint(box.left + 5, y)));
    });
    assert.ok(isSeen, `after ${key} at ${await focused(page)}`);
  }
});

test("? shows the keys, and every key that it names does something", async (t) => {
  const page = await openWall(t, archive);
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keys" });
  await help.waitFor();
  const text = await help.innerText();
  for (const key of ["Enter", "Esc", "/", "?", "Page Down", "Home"]) assert.ok(text.includes(key), key);
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
  for (const [key, id] of [["/", "query"], ["f", "year"], ["t", "rail"]]) {
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press(key);
    assert.equal(await page.evaluate(() => document.activeElement.id), id, key);
  }
  await page.getByRole("button", { name: "Keys" }).click();
  await help.waitFor();
});

test("the focus stays on its frame when the window gets another width, and when an answer comes", async (t) => {
  const page = await openWall(t, archive);
  await page.keyboard.press("ArrowRight");
  for (let step = 0; step < 30; step++) await page.keyboard.press("ArrowDown");
  const number = await focused(page);
  assert.ok(number < newest - 30, `${number}`);
  await page.setViewportSize({ width: 700, height: 600 });
  await page.waitForFunction(() => silverprint.wall.layout.columns < 6);
  assert.equal(await focused(page), number);
  assert.ok((await framesInWindow(page)).includes(number), "and in the window");
  const kind = rows[number].original ? "yes" : "no";
  await page.evaluate((original) => silverprint.find.change({ original }), kind);
  await page.waitForFunction(() => !silverprint.view.everything);
  assert.equal(await focused(page), number);
});

test("keys that are typed into the search stay there", async (t) => {
  const page = await openWall(t, archive);
  await page.keyboard.press("/");
  await page.keyboard.type("f?t/");
  assert.equal(await page.inputValue("#query"), "f?t/");
  assert.equal(await page.getByRole("dialog").count(), 0);
});

test("search, go to an answer, open it, come back", async (t) => {
  const page = await openWall(t, archive);
  await page.keyboard.press("/");
  await page.keyboard.type("keynote");
  // At once, as people do: it leads into the answer to the whole word.
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.matches("#wall .frame"));
  const number = await focused(page);
  assert.match(JSON.stringify(rows[number]), /keynote/i);
  await page.keyboard.press("Enter");
  const viewer = await viewing(page, rows[number].id);
  // The dialog holds the focus: Tab goes round in it.
  for (let step = 0; step < 25; step++) {
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => Boolean(document.activeElement.closest("dialog")) || document.activeElement === document.body));
  }
  await page.keyboard.press("Escape");
  await viewer.waitFor({ state: "hidden" });
  await focusOn(page, number);
  await hashIs(page, "#q=keynote");
});
