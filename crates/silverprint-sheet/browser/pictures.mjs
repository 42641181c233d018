// The docs' pictures of a made-up archive: `node pictures.mjs FOLDER` takes them anew.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Archive } from "./archive.mjs";
import { DESK, PHONE, inWindow, launch } from "./browser.mjs";

const folder = process.argv[2];
const archive = Archive.named("pictured");
const desk = { viewport: DESK, colorScheme: "dark" };
const browser = await launch();
mkdirSync(folder, { recursive: true });

/** A page of the archive as it is when `ready` is done with it, as a picture. */
async function take(name, options, ready, address = archive.address()) {
  const context = await browser.newContext({ offline: true, reducedMotion: "reduce", ...options });
  await context.addInitScript(inWindow);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(address);
  await ready(page);
  const cdp = await context.newCDPSession(page);
  const { data } = await cdp.send("Page.captureScreenshot", { format: "webp", quality: 90 });
  writeFileSync(join(folder, `${name}.webp`), Buffer.from(data, "base64"));
  await context.close();
}

const drawn = (page) => page.waitForFunction(() => window.isDrawn());

/** The pointer rests on a frame of the row, so that its caption is there. */
async function caption(page, row, column) {
  await page.locator("#canvas .film").nth(row).locator(".frame").nth(column).hover();
  await page.locator("#caption").waitFor();
}

await take("wall", desk, async (page) => {
  await drawn(page);
  await caption(page, 2, 3);
});

await take("light", { ...desk, colorScheme: "light" }, async (page) => {
  await drawn(page);
  await page.fill("#query", "snow");
  await page.selectOption("#sort", "views");
  await page.waitForFunction(() => silverprint.view.length < silverprint.find.total && /more|view/.test(silverprint.view.groups[0].label) && !silverprint.view.reading);
  await drawn(page);
});

const isTelling = (row) => row.picture && !row.video && row.title && row.description && row.place && row.tags?.length > 2 && row.width > row.height;
const shown = archive.rows[archive.frame(isTelling)];
await take("viewer", desk, async (page) => {
  await page.locator("img.viewer-picture:not(.viewer-loading)").waitFor();
}, archive.address("index.html", `#photo-${shown.id}`));

await take("phone", { ...PHONE, colorScheme: "dark" }, drawn);

await take("plain", { ...desk, javaScriptEnabled: false }, async (page) => {
  await page.locator("figure img").first().evaluate((image) => image.decode());
  await page.waitForLoadState("load");
});

// A plain page as a printer gets it.
await take("print", { viewport: { width: 794, height: 1123 }, javaScriptEnabled: false }, async (page) => {
  await page.emulateMedia({ media: "print" });
  await page.locator("figure img").first().evaluate((image) => image.decode());
}, archive.address("sheet/plain/00001.html"));

await browser.close();
