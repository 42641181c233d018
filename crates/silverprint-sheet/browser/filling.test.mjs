// A sheet that fills while it is looked at: from the disk, and as `silverprint serve` tells of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { test } from "node:test";
import { Archive } from "./archive.mjs";
import { counted, drawn, framesInWindow, open, openWall } from "./sheet.mjs";

const small = Archive.named("small");
const TOTAL = small.head.frames;

/** A folder of its own for a test, with a sheet that can be made anew: `make(700, "running")`. */
function growing(t) {
  const folder = mkdtempSync(join(process.env.SILVERPRINT_SPECIMENS, "filling-"));
  t.after(() => rmSync(folder, { recursive: true }));
  // Pictures that are there are not painted again.
  for (const name of ["photos", "thumbs"]) cpSync(join(small.folder, name), join(folder, name), { recursive: true });
  return (...args) => {
    execFileSync(process.env.SILVERPRINT_SPECIMEN, [folder, ...args.map(String)]);
    return new Archive(folder);
  };
}

test("a sheet made during a run says so, shows what is listed, and all of it when loaded anew", async (t) => {
  const make = growing(t);
  const half = make(TOTAL, "running");
  const listed = half.head.frames - half.head.first + 1;
  const page = await openWall(t, half);
  const line = page.locator("#running");
  assert.match(await line.textContent(), new RegExp(`under way when this page was written, with ${listed} photos\\.`));
  await counted(page, listed, listed);
  const smaller = (archive) => archive.frames((row) => !row.original).length;
  await page.selectOption("#original", "no");
  await counted(page, smaller(half), listed);

  const whole = make(TOTAL);
  await line.getByRole("button", { name: "Reload" }).click();
  await counted(page, smaller(whole), TOTAL);
  assert.ok(await line.isHidden());
  await page.getByRole("button", { name: "Clear" }).click();
  await counted(page, TOTAL, TOTAL);
  await drawn(page);
});

test("a page that was opened before goes on working when the sheet has grown", async (t) => {
  const make = growing(t);
  const before = make(730); // the last strip and the last part are not full
  const page = await openWall(t, before);
  make(TOTAL);
  await page.evaluate(() => silverprint.wall.scrollTo(silverprint.wall.layout.height));
  await page.waitForFunction(() => window.framesInWindow().some((frame) => window.numberOf(frame) === 1));
  await drawn(page);
  await page.evaluate(() => silverprint.wall.scrollTo(0));
  await drawn(page);
  assert.equal((await framesInWindow(page))[0], 730);
  await page.fill("#query", "coffee");
  await page.waitForFunction(() => silverprint.find.state.q === "coffee" && !silverprint.view.reading && !silverprint.view.everything);
  await page.reload();
  await drawn(page);
  await counted(page, new Archive(before.folder).frames((row) => JSON.stringify([row.title, row.description, row.tags]).toLowerCase().includes("coffee")).length, TOTAL);
});

test("served, it tells how far a run is, and offers the new sheet", async (t) => {
  const { address, send, close } = await serve(small.folder);
  const page = await open(t, small, { offline: false, address });
  t.after(close); // after the page, which would ask for it again and again
  const line = page.locator("#running");
  await drawn(page);
  assert.ok(await line.isHidden());
  const waiting = { host: "live.staticflickr.com", reason: "429 Too Many Requests" };
  send("progress", { announced: 2000, done: 1500, failed: 2, waiting });
  await line.getByText("Syncing: 1,500 of 2,000 saved, 2 missing. Waiting for live.staticflickr.com: 429 Too Many Requests.").waitFor();
  send("progress", { announced: 2000, done: 1998, failed: 2 });
  await line.getByText("Syncing: 1,998 of 2,000 saved, 2 missing.", { exact: true }).waitFor();
  send("sheet", {});
  send("idle", {});
  await line.getByText("The sync has ended; there may be more photos now.").waitFor();
  await line.getByRole("button", { name: "Reload" }).click();
  await line.waitFor({ state: "hidden" });
  await drawn(page);
});

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".jpg": "image/jpeg" };

/** The folder on loopback, with events that the test sends to whoever listens. */
async function serve(folder) {
  const listeners = new Set();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/progress") {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      listeners.add(response);
      response.on("close", () => listeners.delete(response));
      return;
    }
    const path = pathname === "/" ? "index.html" : decodeURIComponent(pathname.slice(1));
    response.writeHead(200, { "content-type": TYPES[extname(path)] }).end(readFileSync(join(folder, path)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => { server.closeAllConnections(); server.close(); };
  const send = (event, data) => { for (const listener of listeners) listener.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`); };
  return { address: `http://127.0.0.1:${server.address().port}/`, send, close };
}
