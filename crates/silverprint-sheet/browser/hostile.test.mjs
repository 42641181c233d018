// Five hundred payloads, each in a title, a description, tags, a camera, a credit
// line, a note and a file name. None runs, whatever one does with the sheet.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Archive } from "./archive.mjs";
import { counted, drawn, frame, framesInWindow, open } from "./sheet.mjs";

const archive = Archive.named("hostile");
const { head, rows } = archive;
const payloads = archive.frames();

/** The pictures have names that no disk of ours can hold, so they are not there. */
const allowed = /^console: Failed to load resource: net::ERR_(FILE_NOT_FOUND|INVALID_URL|ACCESS_DENIED|FAILED)$/;

/** Opens a page on which code of others has a function to call: `ran` is filled by it. */
async function trap(t, options = {}) {
  const ran = [];
  const prepare = async (page) => {
    await page.exposeFunction("canary", () => { ran.push("a payload"); });
    page.on("requestfailed", (request) => request.url().startsWith(archive.address("photos/")) || ran.push(request.url()));
  };
  t.after(() => assert.deepEqual(ran, [])); // before the page is closed, and what it still reads is broken off
  return open(t, archive, { ...options, prepare, allowed });
}

/** What no page of ours makes of anybody's words. */
const FOREIGN = "iframe, object, embed, form:not([method=dialog]), base, svg script, marquee, math, audio, template, [onerror], [onload], [onfocus], [ontoggle], [onbegin], a[href^='javascript:' i], script:not([src]), style";

async function isClean(page, where) {
  const foreign = await page.evaluate((selector) => [...document.querySelectorAll(selector)].map((element) => element.outerHTML.slice(0, 120)), FOREIGN);
  assert.deepEqual(foreign, [], where);
}

test("the canary sings: a payload that ran would be heard", async (t) => {
  const page = await open(t, archive);
  let ran = 0;
  await page.exposeFunction("canary", () => { ran += 1; });
  await page.evaluate(() => window.canary());
  assert.equal(ran, 1);
  // And what the browser would do with one: the policy stops what the page would not.
  await page.evaluate(() => { document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=canary()>"); });
  await page.waitForFunction(() => document.querySelector("img[src=x]").complete);
  assert.equal(ran, 1);
  assert.ok(page.heard.some((said) => said.includes("Content Security Policy")), `${page.heard}`);
  page.heard.length = 0;
});

test("all of them are on the wall, as they were written", async (t) => {
  const page = await trap(t);
  await drawn(page);
  await counted(page, head.frames, head.frames);
  for (let share = 0; share <= 1; share += 0.05) {
    await page.evaluate((share) => silverprint.wall.scrollTo(silverprint.wall.layout.height * share), share);
    await drawn(page);
    await isClean(page, `at ${share}`);
  }
  const names = await page.evaluate(() => window.framesInWindow().map((frame) => [window.numberOf(frame), frame.querySelector("canvas")?.ariaLabel ?? frame.querySelector("img").alt]));
  for (const [number, alt] of names) {
    const { title } = rows[number];
    if (title) assert.ok(alt.includes(title), `${alt} says ${title}`);
  }
});

test("each is opened, read and left again", async (t) => {
  const page = await trap(t);
  await drawn(page);
  await page.evaluate((number) => silverprint.viewer.open(number), payloads[0]);
  for (const [place, number] of payloads.entries()) {
    if (place > 0) await page.keyboard.press("ArrowRight");
    await page.waitForFunction((id) => location.hash === `#photo-${id}`, rows[number].id);
    const [title, links] = await page.evaluate(() => [
      document.getElementById("viewer-title").textContent,
      [...document.querySelectorAll("dialog a[href]")].map(({ href }) => href.split("#")[0]),
    ]);
    if (rows[number].title) assert.equal(title, rows[number].title);
    for (const href of links) assert.match(href, /^(https?|file):/);
  }
  await isClean(page, "in the viewer");
});

test("each is told by the pointer", async (t) => {
  const page = await trap(t, { viewport: { width: 1280, height: 2_400 } });
  await drawn(page);
  for (const number of (await framesInWindow(page)).slice(0, 20)) {
    const { title } = rows[number];
    if (!title) continue;
    await page.mouse.move(2, 2); // the last caption may cover this frame
    await page.locator("#caption").waitFor({ state: "hidden" });
    await frame(page, number).hover();
    await page.waitForFunction((title) => document.querySelector("#caption .title").textContent === title, title)
      .catch(async () => assert.equal(await page.locator("#caption .title").textContent(), title, `frame ${number}`));
  }
  await isClean(page, "in captions");
});

test("each is found by its own words, and as a tag", async (t) => {
  const page = await trap(t);
  await drawn(page);
  for (const number of payloads.filter((_, place) => place % 25 === 0)) {
    if (!rows[number].title) continue;
    const query = rows[number].title.replaceAll('"', " ");
    await page.fill("#query", query);
    await page.waitForFunction((query) => silverprint.find.state.q === query.trim() && !silverprint.view.reading, query);
    await isClean(page, query);
  }
  await page.fill("#query", "");
  await page.getByRole("combobox", { name: "Tag" }).fill("<");
  await page.locator("#tags").getByRole("option").first().waitFor();
  await isClean(page, "among suggestions");
});

test("none runs from the address", async (t) => {
  for (const way of ["<img src=x onerror=canary()>", "javascript:canary()", "\"><script>canary()</script>"]) {
    const page = await trap(t, { hash: `#q=${encodeURIComponent(way)}&tag=${encodeURIComponent(way)}&year=${encodeURIComponent(way)}&sort=${encodeURIComponent(way)}` });
    await page.waitForFunction(() => document.getElementById("count").textContent !== "");
    await isClean(page, way);
  }
});

test("none runs on a plain page, with scripts and without", async (t) => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await trap(t, { page: "sheet/plain/00000.html", javaScriptEnabled });
    assert.equal(await page.locator("figure").count(), head.frames, `scripts: ${javaScriptEnabled}`);
    await isClean(page, "on a plain page");
  }
  const page = await open(t, archive, { javaScriptEnabled: false });
  assert.equal(await page.locator("figure:visible").count(), head.frames);
});
