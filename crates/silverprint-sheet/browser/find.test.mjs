// Search, filters, sorts and their counts, held against the rows themselves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Archive } from "./archive.mjs";
import { counted, drawn, framesInWindow, openWall, viewed } from "./sheet.mjs";

const archive = Archive.named("small");
const { head, rows } = archive;
const total = head.frames;

/** A text without capitals and accents. */
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ");
const texts = (row) => [row.title ?? "", row.description ?? "", ...(row.tags ?? [])].map(plain);
const has = (word) => (row) => texts(row).some((text) => text.includes(plain(word)));
const yearOf = (row) => new Date(row.posted * 1000).getUTCFullYear();
const words = (row) => row.title?.match(/\p{L}{5,}/gu) ?? [];

/** Waits until the page counts what the rows say, and shows it, in order. */
async function shows(page, expected) {
  assert.ok(expected.length > 0 && expected.length < total, `${expected.length} of ${total} prove something`);
  await counted(page, expected.length, total);
  // Two answers may be as long as each other.
  await page.waitForFunction((first) => silverprint.view.frameAt(0) === first, expected[0]);
  assert.deepEqual(await viewed(page), expected);
  await drawn(page);
  const shown = await framesInWindow(page);
  assert.deepEqual(shown, expected.slice(expected.indexOf(shown[0])).slice(0, shown.length));
}

test("a word is found in titles, descriptions and tags", async (t) => {
  const page = await openWall(t, archive);
  const titled = archive.frame((row) => words(row).length > 0);
  const described = rows[archive.frame((row) => row.description)].description.match(/\p{L}{4,}/u)[0];
  const [tag] = rows[archive.frame((row) => row.tags)].tags;
  for (const word of [words(rows[titled])[0], described, tag]) {
    await page.fill("#query", word);
    const expected = archive.frames(has(word));
    if (expected.length === total) await counted(page, total, total);
    else await shows(page, expected);
  }
});

test("capitals and accents make no difference", async (t) => {
  const page = await openWall(t, archive);
  const number = archive.frame((row) => /[À-ÿ]/.test(row.title ?? ""));
  const word = rows[number].title.match(/[\p{L}]*[À-ÿ][\p{L}]*/u)[0];
  const expected = archive.frames(has(word));
  for (const typed of [word, word.toUpperCase(), plain(word)]) {
    await page.fill("#query", "");
    await counted(page, total, total);
    await page.fill("#query", typed);
    await shows(page, expected);
  }
});

test("writing from right to left, and signs for words, are found", async (t) => {
  const page = await openWall(t, archive);
  for (const word of ["שלום", "写真"]) {
    await page.fill("#query", word);
    await shows(page, archive.frames(has(word)));
  }
});

test("of several words all must be there, and quoted ones side by side", async (t) => {
  const page = await openWall(t, archive);
  await page.fill("#query", "coffee bridge");
  await shows(page, archive.frames((row) => has("coffee")(row) && has("bridge")(row)));
  await page.fill("#query", '"opening keynote"');
  await shows(page, archive.frames(has("opening keynote")));
});

test("what is nowhere is found nowhere, and the page says so", async (t) => {
  const page = await openWall(t, archive);
  await page.fill("#query", "zzyzx");
  await counted(page, 0, total);
  await page.getByText("No photo is like that.").waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await counted(page, total, total);
  await drawn(page);
});

const FILTERS = [
  ["year", () => String(yearOf(rows[600])), (value) => (row) => yearOf(row) === Number(value)],
  ["license", () => String(rows[600].license), (value) => (row) => row.license === Number(value)],
  ["kind", () => "video", () => (row) => Boolean(row.video)],
  ["kind", () => "photo", () => (row) => !row.video],
  ["kind", () => "missing", () => (row) => Boolean(row.missing)],
  ["original", () => "yes", () => (row) => Boolean(row.original)],
  ["original", () => "no", () => (row) => !row.original],
];

for (const [name, choose, test_] of FILTERS) {
  const value = choose();
  test(`filter: ${name} ${value}, as many as its choice counts`, async (t) => {
    const page = await openWall(t, archive);
    const expected = archive.frames(test_(value));
    const label = await page.locator(`#${name} option[value="${value}"]`).textContent();
    assert.equal(label.match(/\(([\d,]+)\)$/)?.[1], expected.length.toLocaleString("en"), label);
    await page.selectOption(`#${name}`, value);
    await shows(page, expected);
  });
}

test("filter: a tag, picked from what is suggested", async (t) => {
  const page = await openWall(t, archive);
  const [tag] = rows[600].tags;
  await page.getByRole("combobox", { name: "Tag" }).fill(tag.slice(0, 3));
  const option = page.locator("#tags").getByRole("option").filter({ hasText: tag }).first();
  const expected = archive.frames((row) => row.tags?.includes(tag));
  await option.waitFor();
  assert.ok((await option.textContent()).includes(expected.length.toLocaleString("en")), await option.textContent());
  await option.click();
  await shows(page, expected);
});

test("filters and search go together", async (t) => {
  const page = await openWall(t, archive);
  const year = yearOf(rows[600]);
  await page.selectOption("#year", String(year));
  await page.selectOption("#original", "yes");
  await page.fill("#query", "coffee");
  await shows(page, archive.frames((row) => yearOf(row) === year && row.original && has("coffee")(row)));
});

/** Newest first among equals. */
const sorted = (worth) => archive.frames().sort((a, b) => (worth(rows[b]) > worth(rows[a]) ? 1 : worth(rows[b]) < worth(rows[a]) ? -1 : b - a));

test("sort: by views, the most seen first", async (t) => {
  const page = await openWall(t, archive);
  await page.selectOption("#sort", "views");
  await page.waitForFunction(() => location.hash.includes("sort=views") && silverprint.view.frameAt(0) !== silverprint.sheet.frames);
  assert.deepEqual(await viewed(page), sorted((row) => row.views ?? -1));
  await drawn(page);
});

test("sort: by the date taken, the latest first", async (t) => {
  const page = await openWall(t, archive);
  await page.selectOption("#sort", "taken");
  await page.waitForFunction(() => silverprint.view.frameAt(0) !== silverprint.sheet.frames);
  assert.deepEqual(await viewed(page), sorted((row) => row.taken ?? ""));
  const headings = await page.locator("#canvas h2").allTextContents();
  assert.ok(headings[0].includes(rows[sorted((row) => row.taken ?? "")[0]].taken.slice(0, 4)), `${headings}`);
});

test("sort: by title, the untitled last", async (t) => {
  const page = await openWall(t, archive);
  await page.selectOption("#sort", "title");
  await page.waitForFunction(() => silverprint.view.groups[0].label.length <= 3 && !silverprint.view.reading);
  const order = await viewed(page);
  assert.equal(new Set(order).size, total);
  const titles = order.map((number) => plain(rows[number].title ?? "").replace(/^[^\p{L}\p{N}]+/u, ""));
  const first = titles.findIndex((title) => title === "");
  assert.ok(titles.slice(first).every((title) => title === ""), "the untitled stand together, last");
  for (let at = 1; at < first; at++) assert.ok(titles[at - 1] <= titles[at], `${titles[at - 1]} before ${titles[at]}`);
});
