// Debian's Chromium, and what tests, measurements and pictures ask of a page in it.
import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
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
  // No name resolves, so that nothing can be reached even if it is asked for, but what a test serves.
  const args = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--no-proxy-server", "--disable-gpu"];
  return chromium.launch({ executablePath: executable(), args });
}

// In the page: what of the wall is in the window.
export function inWindow() {
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

/** Counts the files that a page asks for, and their bytes: a function that says how many by now. */
export function weigh(page) {
  const files = new Map();
  page.on("request", (request) => {
    const url = new URL(request.url());
    url.hash = url.search = "";
    if (url.protocol === "file:" && existsSync(url)) files.set(url.href, statSync(url).size);
  });
  return () => ({ files: files.size, bytes: [...files.values()].reduce((sum, size) => sum + size, 0) });
}
