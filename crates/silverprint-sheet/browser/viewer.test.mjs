// The viewer: opened, gone through, closed; what it shows and what it says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Archive } from "./archive.mjs";
import { PHONE, drawn, focusOn, frame, grouped, hashIs, open, openWall, viewing } from "./sheet.mjs";

const archive = Archive.named("small");
const { rows } = archive;
const newest = archive.head.frames;
const isPicture = (row) => !row.missing && !row.video && row.picture;
const still = archive.frame(isPicture);

/** Opens a frame by its address. */
async function openFrame(t, number, options) {
  const page = await open(t, archive, { hash: `#photo-${rows[number].id}`, ...options });
  return { page, viewer: await viewing(page, rows[number].id) };
}

const isClosed = (page) => page.waitForFunction(() => !document.querySelector("dialog[open]"));
const position = (viewer) => viewer.locator(".viewer-position").textContent();

test("a click opens the picture itself, and Escape gives the focus back", async (t) => {
  const page = await openWall(t, archive);
  await frame(page, still).click();
  const viewer = await viewing(page, rows[still].id);
  assert.equal(await viewer.locator("img.viewer-picture").getAttribute("src"), archive.address(rows[still].picture));
  await page.keyboard.press("Escape");
  await isClosed(page);
  await focusOn(page, still);
  await hashIs(page, "");
});

test("Enter opens, arrows go on, and the focus comes back to where they led", async (t) => {
  const page = await openWall(t, archive);
  await frame(page, newest).focus();
  await page.keyboard.press("Enter");
  const viewer = await viewing(page, rows[newest].id);
  assert.equal(await position(viewer), `1 of ${grouped(newest)}`);
  for (let step = 1; step <= 3; step++) {
    await page.keyboard.press("ArrowRight");
    await viewing(page, rows[newest - step].id);
  }
  assert.equal(await position(viewer), `4 of ${grouped(newest)}`);
  await page.keyboard.press("ArrowLeft");
  await viewing(page, rows[newest - 2].id);
  await page.keyboard.press("End");
  await viewing(page, rows[1].id);
  assert.ok(await viewer.getByRole("button", { name: "Next photo" }).isDisabled(), "nothing comes after the last");
  await page.keyboard.press("Escape");
  await isClosed(page);
  await focusOn(page, 1);
});

test("Back closes what a click opened, and stays on the sheet", async (t) => {
  const page = await openWall(t, archive);
  await frame(page, still).click();
  await viewing(page, rows[still].id);
  await page.goBack();
  await isClosed(page);
  await hashIs(page, "");
  assert.equal(page.url(), archive.address());
});

test("an address opens its photo, wherever it is", async (t) => {
  for (const number of [1, 600, newest]) {
    const { viewer } = await openFrame(t, number);
    assert.match(await viewer.locator(".viewer-number").textContent(), new RegExp(`\\b${number.toLocaleString("en")}$`));
  }
});

test("an address of no photo shows the wall", async (t) => {
  const page = await openWall(t, archive, { hash: "#photo-1" });
  assert.equal(await page.getByRole("dialog").count(), 0);
});

test("the panel says what the archive knows", async (t) => {
  const number = archive.frame((row) => isPicture(row) && row.camera && row.place && row.tags && row.description);
  const row = rows[number];
  const { viewer } = await openFrame(t, number);
  const text = await viewer.locator(".viewer-panel").innerText();
  const license = archive.head.licenses.find(([id]) => id === row.license);
  const [latitude, longitude] = row.place.map(Math.abs);
  for (const said of [row.title, row.description.slice(0, 40), ...row.tags, ...row.camera, row.file, row.sha256,
    row.credit, license[2], row.bytes.toLocaleString("en"), String(latitude), String(longitude), row.width.toLocaleString("en")]) {
    assert.ok(text.includes(said), `${said} in ${text}`);
  }
  assert.equal(await viewer.getByRole("link", { name: "View on Flickr" }).getAttribute("href"), row.page);
  assert.equal(await viewer.getByRole("link", { name: license[2] }).getAttribute("href"), license[3]);
});

test("a credit line is copied", async (t) => {
  const number = archive.frame((row) => isPicture(row) && row.credit);
  const { page, viewer } = await openFrame(t, number, { permissions: ["clipboard-read", "clipboard-write"] });
  await viewer.getByRole("button", { name: "Copy credit line" }).click();
  await viewer.getByRole("button", { name: "Copied credit line" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), rows[number].credit);
});

test("at 100 % a pixel is a pixel, and fits again", async (t) => {
  // A window in which no picture of the specimen fits.
  const { page, viewer } = await openFrame(t, still, { viewport: { width: 400, height: 300 } });
  const width = () => viewer.locator("img.viewer-picture").evaluate((image) => image.getBoundingClientRect().width);
  const natural = await viewer.locator("img.viewer-picture").evaluate((image) => image.naturalWidth);
  const fitted = await width();
  assert.ok(fitted <= 400 && fitted < natural, `${fitted} of ${natural} px`);
  await page.keyboard.press("z");
  assert.equal(await width(), natural);
  await page.keyboard.press("z");
  assert.equal(await width(), fitted);
});

test("a slideshow goes on by itself, and stops", async (t) => {
  const page = await open(t, archive);
  await page.clock.install();
  await page.goto(archive.address());
  await frame(page, newest).click();
  const viewer = await viewing(page, rows[newest].id);
  await page.keyboard.press("s");
  await viewer.getByRole("button", { name: "Stop the slideshow" }).waitFor();
  await page.clock.runFor(5_000);
  await viewing(page, rows[newest - 1].id);
  await page.keyboard.press("s");
  await page.clock.runFor(60_000);
  await viewer.getByRole("button", { name: "Start a slideshow" }).waitFor();
  assert.equal(await position(viewer), `2 of ${grouped(newest)}`);
});

test("neighbours are fetched ahead", async (t) => {
  const number = archive.frame((row, number) => isPicture(row) && [number - 1, number + 1].every((next) => rows[next] && isPicture(rows[next]) && rows[next].picture !== row.picture));
  const page = await open(t, archive);
  const fetched = new Set();
  page.on("requestfinished", (request) => fetched.add(request.url()));
  await drawn(page);
  await page.evaluate((number) => silverprint.viewer.open(number), number);
  await viewing(page, rows[number].id);
  for (const next of [number - 1, number + 1]) {
    const address = archive.address(rows[next].picture);
    if (!fetched.has(address)) await page.waitForEvent("requestfinished", (request) => request.url() === address);
  }
});

test("a film is played", async (t) => {
  const number = archive.frame((row) => row.video && row.stream && !row.missing);
  const { viewer } = await openFrame(t, number);
  const film = viewer.locator("video");
  assert.equal(await film.getAttribute("src"), archive.address(rows[number].stream));
  assert.ok(await film.evaluate((video) => video.controls));
  await film.evaluate((video) => { video.muted = true; return video.play(); });
  await film.evaluate((video) => new Promise((resolve) => video.addEventListener("timeupdate", resolve, { once: true })));
});

test("of a missing photo it says why", async (t) => {
  const number = archive.frame((row) => row.missing && row.note);
  const { viewer } = await openFrame(t, number);
  assert.ok((await viewer.locator(".viewer-stage").innerText()).includes(rows[number].note));
});

test("a swipe goes on, and a swipe down closes", async (t) => {
  const { page } = await openFrame(t, still, PHONE);
  await swipe(page, [330, 400], [60, 410]);
  await viewing(page, rows[still - 1].id);
  await swipe(page, [60, 400], [330, 395]);
  await viewing(page, rows[still].id);
  await swipe(page, [195, 300], [200, 650]);
  await isClosed(page);
});

/** A finger from one point to another. */
async function swipe(page, [x, y], [toX, toY]) {
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, ...touchPoints) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", { x, y });
  for (let step = 1; step <= 8; step++) {
    await touch("touchMove", { x: x + ((toX - x) * step) / 8, y: y + ((toY - y) * step) / 8 });
  }
  await touch("touchEnd");
}
