// How the wall looks: nothing moves by itself, headings stick, captions come.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Archive } from "./archive.mjs";
import { drawn, focusOn, frame, framesInWindow, openWall, shifts } from "./sheet.mjs";

const archive = Archive.named("small");
const { rows } = archive;

test("nothing moves by itself: as it opens, scrolls, and its texts come", async (t) => {
  const page = await openWall(t, archive);
  for (let turn = 0; turn < 6; turn++) {
    await page.mouse.wheel(0, 900);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    await drawn(page);
  }
  await page.evaluate(() => silverprint.wall.scrollTo(silverprint.wall.layout.height / 2));
  await drawn(page);
  assert.deepEqual(await shifts(page), []);
});

test("nothing moves by itself on a phone either, nor in the viewer", async (t) => {
  const page = await openWall(t, archive, { viewport: { width: 390, height: 844 } });
  const [number] = await framesInWindow(page);
  await page.goto(archive.address("index.html", `#photo-${rows[number].id}`));
  await page.getByRole("dialog").waitFor();
  await page.waitForFunction(() => document.querySelector("img.viewer-picture")?.complete);
  assert.deepEqual(await shifts(page), []);
});

test("the heading of the month in sight sticks under the bar", async (t) => {
  const page = await openWall(t, archive);
  const month = archive.head.months[5][0];
  const label = new Date(`${month}-01T00:00:00Z`).toLocaleString("en", { month: "long", year: "numeric", timeZone: "UTC" });
  const heading = page.locator("#canvas h2", { hasText: label });
  // Into the month, so that its own place is above the window.
  await page.evaluate(() => silverprint.wall.scrollTo(silverprint.wall.layout.groupTop(5) + 20));
  await heading.waitFor();
  await drawn(page);
  const { y, height } = await heading.boundingBox();
  const bar = await page.locator("#bar").boundingBox();
  assert.ok(Math.abs(y - (bar.y + bar.height)) <= 2, `${label} at ${y}, under a bar to ${bar.y + bar.height}`);
  assert.equal(bar.y, 0, "and the bar at the top");
  assert.ok(await heading.evaluate((h2, y) => h2.contains(document.elementFromPoint(40, y)), y + height / 2), "over the frames");
});

test("a caption comes with the pointer and with the focus, and goes with Escape", async (t) => {
  const page = await openWall(t, archive);
  const titled = (await framesInWindow(page)).filter((number) => rows[number].title && rows[number].picture);
  const caption = page.locator("#caption");
  await frame(page, titled[0]).hover();
  await caption.getByText(rows[titled[0]].title, { exact: true }).waitFor();
  await page.mouse.move(2, 2);
  await caption.waitFor({ state: "hidden" });
  await page.keyboard.press("ArrowRight");
  await focusOn(page, archive.head.frames);
  const license = archive.head.licenses.find(([id]) => id === rows[archive.head.frames].license);
  const said = await caption.innerText();
  assert.ok(said.includes(rows[archive.head.frames].title ?? "untitled"), said);
  assert.match(said, /\b\d{1,2} \w+ 20\d\d\b/);
  if (license?.[2]) assert.ok(said.includes(license[2]), `${license[2]} in ${said}`);
  await page.keyboard.press("Escape");
  await caption.waitFor({ state: "hidden" });
});

test("every year of the timeline can be read: nothing covers it", async (t) => {
  for (const viewport of [undefined, { width: 390, height: 844 }]) {
    const page = await openWall(t, archive, viewport && { viewport });
    const covered = await page.evaluate(() =>
      [...document.querySelectorAll("#rail .year")].filter((year) => {
        const { left, right, top, bottom } = year.getBoundingClientRect();
        return [left + 1, right - 1].some((x) => !document.getElementById("timeline").contains(document.elementFromPoint(x, (top + bottom) / 2)));
      }).map((year) => year.textContent));
    assert.deepEqual(covered, []);
  }
});

for (const colorScheme of ["light", "dark"]) {
  test(`the page is ${colorScheme} where that is preferred`, async (t) => {
    const page = await openWall(t, archive, { colorScheme });
    const [red, green, blue] = (await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).match(/[\d.]+/g);
    const brightness = (Number(red) + Number(green) + Number(blue)) / 3;
    assert.ok(colorScheme === "dark" ? brightness < 60 : brightness > 195, `rgb ${red} ${green} ${blue}`);
  });
}

test("who prefers less motion sees none", async (t) => {
  const page = await openWall(t, archive, { reducedMotion: "reduce" });
  const [first] = await framesInWindow(page);
  await frame(page, first).click();
  await page.locator("img.viewer-picture:not(.viewer-loading), .viewer-message").waitFor();
  const moving = await page.evaluate(() =>
    document.getAnimations().filter(({ effect }) => effect.getComputedTiming().activeDuration > 1).map(({ effect }) => effect.target.className));
  assert.deepEqual(moving, []);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), "auto");
});
