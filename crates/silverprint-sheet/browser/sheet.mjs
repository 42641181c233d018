// A contact sheet, opened in Debian's Chromium from file://, without a network.
// Whatever a page says, asks for or throws that it should not fails its test.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { DESK, inWindow, launch } from "./browser.mjs";

export { DESK, PHONE } from "./browser.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/**
 * Opens a page of an archive for the length of a test: `page` (index.html), `hash`, another `address`
 * where it is served, what is to `prepare` before, and Playwright's options for a context. `page.heard` is what it
 * should not have said; the test fails at its end where there is anything but what is `allowed`.
 */
export async function open(t, archive, { page: name, hash, address, prepare, allowed = /^$/, ...options } = {}) {
  const context = await browser.newContext({ viewport: DESK, colorScheme: "dark", offline: true, ...options });
  const heard = listen(context, address ?? archive.address(""));
  t.after(async () => {
    await context.close();
    assert.deepEqual(heard.filter((said) => !allowed.test(said)), [], "the page said, asked for or threw this");
  });
  await context.addInitScript(watchShifts);
  await context.addInitScript(inWindow);
  const page = await context.newPage();
  page.heard = heard;
  page.setDefaultTimeout(60_000); // a bound for what will never come, not a time that is promised
  await prepare?.(page);
  await page.goto(address ?? archive.address(name, hash));
  return page;
}

/** As `open`, and waits for the prints. */
export async function openWall(t, archive, options) {
  const page = await open(t, archive, options);
  await drawn(page);
  return page;
}

/** What the pages say that they should not: to the console, or by asking for what is not below `root`. */
function listen(context, root) {
  const heard = [];
  const quiet = ["log", "info", "debug"];
  context.on("console", (message) => quiet.includes(message.type()) || heard.push(`console: ${message.text()}`));
  context.on("weberror", (error) => heard.push(`error: ${error.error().stack ?? error.error()}`));
  context.on("dialog", (dialog) => { heard.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  context.on("request", (request) => request.url().startsWith(root) || heard.push(`request: ${request.url()}`));
  return heard;
}

// Runs in the page, before its own scripts. What follows a press or a key by
// half a second is meant to move.
function watchShifts() {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) {
      if (shift.hadRecentInput) continue;
      const what = shift.sources.map(({ node }) => node?.id || node?.className || node?.nodeName);
      window.shifts.push(`${shift.value} of ${what}, ${Math.round(shift.startTime)} ms`);
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** What moved under the eyes of whoever looks on. */
export const shifts = (page) => page.evaluate(() => window.shifts);

/** Waits until every frame in the window is there, with its print. */
export const drawn = (page) => page.waitForFunction(() => window.isDrawn());

/** Waits until the address ends so: who goes back comes there a moment later. */
export const hashIs = (page, hash) => page.waitForFunction((hash) => location.hash === hash, hash);

/** The link that opens a frame, by the number that stands over it. */
export const frame = (page, number) =>
  page.locator("#wall .frame:visible", { has: page.locator(`.number:text-is("${number}")`) });

/** The numbers of the frames in the window, from the top. */
export const framesInWindow = (page) => page.evaluate(() => window.framesInWindow().map(window.numberOf));

/** The number of the frame that has the focus. */
export const focused = (page) =>
  page.evaluate(() => document.activeElement.matches("#wall .frame") && window.numberOf(document.activeElement));

/** Waits until a frame has the focus. */
export const focusOn = (page, number) =>
  page.waitForFunction((number) => document.activeElement.matches("#wall .frame") && window.numberOf(document.activeElement) === number, number);

/** The viewer, once it shows the photo of that ID, or says why it cannot. */
export async function viewing(page, id) {
  const viewer = page.getByRole("dialog");
  await page.waitForFunction((id) => {
    const mount = document.querySelector("dialog.viewer[open] .viewer-mount:last-child");
    if (!mount || !location.hash.startsWith(`#photo-${id}`)) return false;
    return mount.matches(".viewer-message") || mount.querySelector("video, img.viewer-picture:not(.viewer-loading)");
  }, id);
  return viewer;
}

/** "1,234" of 1234: as the page writes numbers. */
export const grouped = (number) => number.toLocaleString("en");

/** What the page counts, once it has counted: "12 of 1,203 photos". */
export async function counted(page, shown, total) {
  const text = shown === total ? `${grouped(total)} photos` : `${grouped(shown)} of ${grouped(total)} photos`;
  await page.waitForFunction((text) => document.getElementById("count").textContent === text, text)
    .catch(async () => assert.equal(await page.textContent("#count"), text));
}

/** The frames that the view holds, in its order. */
export const viewed = (page) =>
  page.evaluate(() => Array.from({ length: silverprint.view.length }, (_, position) => silverprint.view.frameAt(position)));
