// The wall opens, shows what the archive has, and says what it lacks.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Archive } from "./archive.mjs";
import { counted, frame, framesInWindow, grouped, openWall } from "./sheet.mjs";

for (const name of ["small", "large"]) {
  const archive = Archive.named(name);
  const { head } = archive;

  test(`${name}: the newest frames stand first, in order`, async (t) => {
    const page = await openWall(t, archive);
    const frames = await framesInWindow(page);
    assert.ok(frames.length > 12, `${frames.length} frames fill the window`);
    assert.deepEqual(frames, frames.map((_, place) => head.frames - place));
    await counted(page, head.frames - head.first + 1, head.frames - head.first + 1);
  });

  test(`${name}: the receipt is on the page`, async (t) => {
    const page = await openWall(t, archive);
    const text = await page.textContent("#receipt");
    for (const { what, count } of head.receipt) {
      assert.ok(text.includes(`${grouped(count)} ${what}`), `${count} ${what} in ${text}`);
    }
    await page.click("#ledger summary");
    const accounts = await page.innerText("#accounts");
    for (const { reason } of head.reasons) assert.ok(accounts.includes(reason), reason);
    for (const remark of head.remarks) assert.ok(accounts.includes(remark), remark);
  });
}

test("every print is its own frame's", async (t) => {
  const archive = Archive.named("small");
  const page = await openWall(t, archive);
  const judge = await page.context().browser().newPage();
  t.after(() => judge.close());
  let compared = 0;
  for (const number of await framesInWindow(page)) {
    const box = frame(page, number).locator(".print");
    const { y, height } = await box.boundingBox();
    // Not what the bar covers, or the window's edge cuts off.
    if (archive.rows[number].noPrint || archive.rows[number].thumb || y < 200 || y + height > 780) continue;
    const shown = await box.screenshot();
    const strip = readFileSync(join(archive.folder, `sheet/strips/${String(Math.floor((number - 1) / 50)).padStart(5, "0")}.jpg`));
    const off = await judge.evaluate(difference, [dataOf(shown, "png"), dataOf(strip, "jpeg"), (number - 1) % 50]);
    assert.ok(off.own < 6, `frame ${number} differs from its print by ${off.own} of 255`);
    assert.ok(off.next > 3 * off.own, `frame ${number}: prints that look alike prove nothing`);
    compared += 1;
  }
  assert.ok(compared > 10, `${compared} prints compared`);
});

const dataOf = (bytes, kind) => `data:image/${kind};base64,${bytes.toString("base64")}`;

// In a page of its own: how far a picture is, on average, from a place of a strip and from the next.
async function difference([shown, strip, place]) {
  const load = async (src) => { const image = Object.assign(new Image(), { src }); await image.decode(); return image; };
  const [picture, prints] = [await load(shown), await load(strip)];
  const pixels = (image, top) => {
    const context = new OffscreenCanvas(120, 120).getContext("2d");
    context.drawImage(image, 0, top, 120, 120, 0, 0, 120, 120);
    return context.getImageData(0, 0, 120, 120).data;
  };
  const mine = pixels(picture, 0);
  const from = (top) => pixels(prints, top).reduce((sum, value, at) => sum + Math.abs(value - mine[at]), 0) / mine.length;
  return { own: from(120 * place), next: from(120 * ((place + 1) % (prints.naturalHeight / 120))) };
}
