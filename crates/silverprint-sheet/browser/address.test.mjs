// What is asked for stands in the address: it can be kept, sent, and gone back to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Archive } from "./archive.mjs";
import { counted, drawn, frame, hashIs, open, openWall, viewed, viewing } from "./sheet.mjs";

const archive = Archive.named("small");
const { rows } = archive;
const total = archive.head.frames;
const asked = (row) => Boolean(row.original) && JSON.stringify([row.title, row.description, row.tags]).toLowerCase().includes("coffee");

const most = Math.max(...archive.frames(asked).map((number) => rows[number].views ?? 0));
const mostViewed = archive.frames(asked).filter((number) => (rows[number].views ?? 0) === most);

async function ask(page) {
  await page.fill("#query", "coffee");
  await page.selectOption("#original", "yes");
  await page.selectOption("#sort", "views");
  await counted(page, archive.frames(asked).length, total);
  // Sorted, too: that changes no count.
  await page.waitForFunction((first) => first.includes(silverprint.view.frameAt(0)), mostViewed);
}

test("a reload keeps search, filters and sort", async (t) => {
  const page = await openWall(t, archive);
  await ask(page);
  const before = await viewed(page);
  await hashIs(page, "#q=coffee&original=yes&sort=views");
  await page.reload();
  await drawn(page);
  await counted(page, before.length, total);
  await page.waitForFunction((first) => silverprint.view.frameAt(0) === first, before[0]);
  assert.deepEqual(await viewed(page), before);
  assert.equal(await page.inputValue("#query"), "coffee");
  assert.equal(await page.inputValue("#original"), "yes");
  assert.equal(await page.inputValue("#sort"), "views");
});

test("Back and Forward go through what was asked for", async (t) => {
  const page = await openWall(t, archive);
  await page.selectOption("#original", "no");
  const smaller = archive.frames((row) => !row.original).length;
  await counted(page, smaller, total);
  await page.selectOption("#kind", "video");
  await counted(page, archive.frames((row) => !row.original && row.video).length, total);
  await page.goBack();
  await counted(page, smaller, total);
  assert.equal(await page.inputValue("#kind"), "");
  await page.goBack();
  await counted(page, total, total);
  await page.goForward();
  await counted(page, smaller, total);
});

test("a photo's address keeps what was asked for, and its neighbours are the answer's", async (t) => {
  const page = await openWall(t, archive, { hash: "#original=no" });
  const smaller = archive.frames((row) => !row.original);
  await counted(page, smaller.length, total);
  await frame(page, smaller[0]).click();
  const viewer = await viewing(page, rows[smaller[0]].id);
  await hashIs(page, `#photo-${rows[smaller[0]].id}&original=no`);
  await page.keyboard.press("ArrowRight");
  await viewing(page, rows[smaller[1]].id);
  await page.reload();
  await viewing(page, rows[smaller[1]].id);
  assert.equal(await viewer.locator(".viewer-position").textContent(), `2 of ${smaller.length}`);
  await page.keyboard.press("Escape");
  await hashIs(page, "#original=no");
});

test("an address of nonsense shows the wall, or finds nothing", async (t) => {
  for (const hash of ["#", "#q=", "#%E0%A4%A", "#photo-", "#__proto__=1&constructor=2", "#sort=sideways"]) {
    const page = await openWall(t, archive, { hash });
    await counted(page, total, total);
  }
  for (const hash of ["#year=banana", "#license=x", "#tag=%22%3E", "#year=2019&year=1066"]) {
    const page = await open(t, archive, { hash });
    await counted(page, 0, total);
  }
});
