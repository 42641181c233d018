// Without scripts: plain pages, each linked, with every photo on one of them.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Archive } from "./archive.mjs";
import { grouped, open } from "./sheet.mjs";

const MOST = 500;
const small = Archive.named("small");
const noScript = { javaScriptEnabled: false };

/** The numbers of the frames that can be seen on a page. */
const numbers = async (page) => (await page.locator("figure .number:visible").allTextContents()).map(Number);

/** The pages of the sheet that a page links, by their addresses. */
const links = (page) =>
  page.locator("a:visible").evaluateAll((all) => all.map(({ href }) => href).filter((href) => /^file:.*\.html$/.test(href)));

test("without scripts the first page shows the newest, and none of what needs scripts", async (t) => {
  const page = await open(t, small, noScript);
  const shown = await numbers(page);
  assert.ok(shown.length > 0 && shown.length <= MOST, `${shown.length} frames`);
  assert.deepEqual(shown, shown.map((_, place) => small.head.frames - place));
  for (const id of ["bar", "wall", "timeline", "ledger", "skip"]) assert.ok(await page.locator(`#${id}`).isHidden(), id);
  const receipt = await page.locator(".receipt:visible").innerText();
  for (const { what, count } of small.head.receipt) assert.ok(receipt.includes(`${grouped(count)} ${what}`), `${count} ${what} in ${receipt}`);
});

test("without scripts prints stand side by side, on the first page as on the others", async (t) => {
  for (const name of ["index.html", "sheet/plain/00001.html"]) {
    const page = await open(t, small, { ...noScript, page: name });
    const tops = await page.locator("figure:visible").evaluateAll((figures) => figures.slice(0, 8).map((figure) => figure.getBoundingClientRect().top));
    assert.equal(new Set(tops).size, 1, `${name}: ${tops}`);
    const { width } = await page.locator("figure .print:visible").first().boundingBox();
    assert.equal(width, 120, name);
  }
});

test("with scripts nothing of the plain page is there", async (t) => {
  const page = await open(t, small);
  await page.waitForFunction(() => silverprint.view);
  assert.equal(await page.locator("figure").count(), 0);
});

test("from page to page, by links alone, every photo comes once", async (t) => {
  const page = await open(t, small, noScript);
  const newest = await numbers(page);
  const toDo = await links(page);
  const seen = new Map(); // address -> numbers
  while (toDo.length) {
    const address = toDo.pop();
    if (seen.has(address) || address === small.address()) continue;
    await page.goto(address);
    seen.set(address, await numbers(page));
    toDo.push(...await links(page));
  }
  const pages = [...seen.values()];
  for (const numbers of pages) assert.ok(numbers.length <= MOST, `${numbers.length} on a page`);
  assert.deepEqual(pages.flat().sort((a, b) => a - b), small.frames().reverse());
  assert.ok(pages.some((numbers) => numbers.join() === newest.join()), "the first page is one of them");
});

test("a plain page shows its prints, titles and links", async (t) => {
  const page = await open(t, small, { ...noScript, page: "sheet/plain/00001.html" });
  const number = small.frames((row, number) => row.title && row.picture && !row.video && number <= 1000)[0];
  const row = small.rows[number];
  const figure = page.locator("figure", { has: page.locator(`.number:text-is("${number}")`) });
  assert.ok((await figure.innerText()).includes(row.title), row.title);
  await figure.scrollIntoViewIfNeeded();
  const print = figure.locator("img");
  await print.evaluate((image) => image.decode());
  assert.ok(await print.evaluate((image) => image.naturalWidth > 0));
  assert.equal(await figure.locator("a.print").evaluate((link) => link.href), small.address(row.picture));
  assert.equal(await page.locator("script").count(), 0);
});

// Hundreds of pages are read rather than opened: as what a browser would follow.
test("a hundred thousand are complete, too", () => {
  const large = Archive.named("large");
  const folder = join(large.folder, "sheet/plain");
  const linked = new Set();
  let frame = large.head.frames;
  for (const name of readdirSync(folder).sort().reverse()) {
    const html = readFileSync(join(folder, name), "utf8");
    const numbers = [...html.matchAll(/<span class="number">(\d+)<\/span>/g)].map(([, number]) => Number(number));
    assert.ok(numbers.length > 0 && numbers.length <= MOST, `${numbers.length} on ${name}`);
    for (const number of numbers) assert.equal(number, frame--, name);
    for (const [, href] of html.matchAll(/<a href="([^"]*\.html)"/g)) {
      const path = fileURLToPath(new URL(href, large.address(`sheet/plain/${name}`)));
      assert.ok(existsSync(path), `${name} links ${href}`);
      linked.add(path);
    }
  }
  assert.equal(frame, 0);
  for (const name of readdirSync(folder)) assert.ok(linked.has(join(folder, name)), `${name} is linked`);
});
