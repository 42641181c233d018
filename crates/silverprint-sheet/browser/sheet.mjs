// A contact sheet, opened in Debian's Chromium from file://, without a network.
// Whatever a page says, asks for or throws that it should not fails its test.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { after, before } from "node:test";
import { chromium } from "playwright-core";

export const DESK = { width: 1280, height: 800 };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

/** Debian's browser: a path, or a name to be looked for. */
export function executable() {
  const named = process.env.SILVERPRINT_CHROMIUM ?? "chromium-headless-shell";
  if (named.includes("/")) return named;
  const found = process.env.PATH.split(delimiter).map((folder) => join(folder, named)).find(existsSync);
  if (!found) throw new Error(`there is no ${named} in PATH`);
  return found;
}

export function launch() {
  // No name resolves, so that nothing can be reached even if it is asked for.
  const args = ["--host-resolver-rules=MAP * ~NOTFOUND", "--no-proxy-server"];
  return chromium.launch({ executablePath: executable(), args });
}

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/**
 * Opens a page of an archive for the length of a test: `page` (index.html), `hash`,
 * and Playwright's options for a context. `page.heard` is what it should not have
 * said; the test fails at its end where there is anything but what is `allowed`.
 */
export async function open(t, archive, { page: name, hash, allowed = /^$/, ...options } = {}) {
  const context = await browser.newContext({ viewport: DESK, colorScheme: "dark", offline: true, ...options });
  const heard = listen(context, archive);
  t.after(async () => {
    await context.close();
    assert.deepEqual(heard.filter((said) => !allowed.test(said)), [], "the page said, asked for or threw this");
  });
  await context.addInitScript(watchShifts);
  await context.addInitScript(inWindow);
  const page = await context.newPage();
  page.heard = heard;
  page.setDefaultTimeout(15_000);
  await page.goto(archive.address(name, hash));
  return page;
}

/** As `open`, and waits for the prints. */
export async function openWall(t, archive, options) {
  const page = await open(t, archive, options);
  await drawn(page);
  return page;
}

function listen(context, archive) {
  const heard = [];
  const root = archive.address("");
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

// In the page: what of the wall is in the window.
function inWindow() {
  window.framesInWindow = () =>
    [...document.querySelectorAll("#wall .frame")].filter((frame) => {
      const { top, bottom, width } = frame.getBoundingClientRect();
      return width > 0 && bottom > 0 && top < innerHeight;
    });
  window.numberOf = (frame) => Number(frame.querySelector(".number").textContent);
  /** Whether the window is full of frames, and each has its print, or says why not. */
  window.isDrawn = () => {
    const frames = window.framesInWindow();
    const canvas = document.getElementById("canvas").getBoundingClientRect();
    const lowest = Math.max(...frames.map((frame) => frame.getBoundingClientRect().bottom));
    // Under the last frame comes, at the most, the next month's heading.
    const isFull = lowest > Math.min(innerHeight, canvas.bottom) - 100;
    return isFull && frames.every((frame) => {
      const print = frame.querySelector("canvas");
      if (print) return print.isDrawn;
      const image = frame.querySelector("img");
      return image ? image.complete && image.naturalWidth > 0 : frame.querySelector(".reason");
    });
  };
}

/** Waits until every frame in the window is there, with its print. */
export const drawn = (page) => page.waitForFunction(() => window.isDrawn());

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
