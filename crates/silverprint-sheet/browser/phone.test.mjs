// On a phone: everything fits, and a thumb is enough.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Archive } from "./archive.mjs";
import { PHONE, counted, drawn, frame, framesInWindow, openWall, viewing } from "./sheet.mjs";

const archive = Archive.named("small");
const { rows } = archive;
const total = archive.head.frames;

const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

test("nothing is wider than the phone, and three prints stand side by side", async (t) => {
  const page = await openWall(t, archive, PHONE);
  assert.ok(await fits(page), "the wall");
  const tops = await page.evaluate(() => window.framesInWindow().map((frame) => Math.round(frame.getBoundingClientRect().top)));
  assert.ok(tops.filter((top) => top === tops[0]).length >= 3, `${tops}`);
  for (const width of [320, 360, 844]) {
    await page.setViewportSize({ width, height: 640 });
    await drawn(page);
    assert.ok(await fits(page), `${width} px`);
  }
});

test("a tap opens, a tap closes", async (t) => {
  const page = await openWall(t, archive, PHONE);
  const number = (await framesInWindow(page)).find((number) => rows[number].picture);
  await frame(page, number).tap();
  const viewer = await viewing(page, rows[number].id);
  assert.ok(await fits(page), "the viewer");
  await viewer.getByRole("button", { name: "About this photo" }).tap();
  await viewer.getByText(rows[number].sha256).waitFor();
  await viewer.getByRole("button", { name: "Close" }).tap();
  await viewer.waitFor({ state: "hidden" });
});

test("filters are behind a button", async (t) => {
  const page = await openWall(t, archive, PHONE);
  assert.ok(await page.locator("#original").isHidden());
  await page.getByRole("button", { name: "Filters" }).tap();
  await page.selectOption("#original", "no");
  await counted(page, archive.frames((row) => !row.original).length, total);
  await page.getByRole("button", { name: "Filters (1)" }).waitFor();
  assert.ok(await fits(page), "with filters");
});

test("what is tapped is large enough", async (t) => {
  const page = await openWall(t, archive, PHONE);
  const small = () => page.evaluate(() =>
    [...document.querySelectorAll("button, input, select, #wall .frame, [role=slider]")]
      .filter((target) => target.checkVisibility() && target.getBoundingClientRect().width > 0)
      .map((target) => ({ what: target.id || target.className, box: target.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 24 || box.height < 24)
      .map(({ what, box }) => `${what} ${box.width} × ${box.height}`));
  assert.deepEqual(await small(), []);
  await page.getByRole("button", { name: "Filters" }).tap();
  assert.deepEqual(await small(), []);
});
