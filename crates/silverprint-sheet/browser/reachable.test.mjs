// WCAG 2.2 AA, as far as axe can tell: it finds nothing, anywhere, light or dark.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { Archive } from "./archive.mjs";
import { PHONE, drawn, frame, framesInWindow, open, openWall } from "./sheet.mjs";

const archive = Archive.named("small");
const { rows } = archive;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails where axe finds anything on the page as it is now. */
async function reached(page, where) {
  // What is still on its way in has not its colours yet.
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))));
  await page.evaluate(axe); // by the debugger, which no policy of the page holds up
  const violations = await page.evaluate(async (values) => {
    const { violations } = await window.axe.run(document, { preload: false, resultTypes: ["violations"], runOnly: { type: "tag", values } });
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`) }));
  }, RULES);
  assert.deepEqual(violations, [], where);
}

// Axe takes a second for each: what differs by color is looked at in both, and so is what differs by width.
const WINDOWS = [["dark", "desk", {}], ["light", "desk", {}], ["light", "phone", PHONE]];

for (const [colorScheme, name, window] of WINDOWS) {
  const options = { ...window, colorScheme };

  test(`${colorScheme} ${name}: the wall, its receipt, its caption`, async (t) => {
    const page = await openWall(t, archive, options);
    await reached(page, "the wall");
    await page.click("#ledger summary");
    const more = page.locator("#more");
    if (await more.isVisible()) await more.click();
    await reached(page, "receipt and filters open");
    await page.keyboard.press("Escape");
    const [first] = await framesInWindow(page);
    await frame(page, first).focus();
    await reached(page, "with a caption");
  });

  test(`${colorScheme} ${name}: an answer, and none`, async (t) => {
    const page = await openWall(t, archive, { ...options, hash: "#q=coffee" });
    await reached(page, "an answer");
    await page.fill("#query", "zzyzx");
    await page.getByText("No photo is like that.").waitFor();
    await reached(page, "none");
  });

  test(`${colorScheme} ${name}: the viewer, of a photo, a film, one that is missing`, async (t) => {
    for (const kind of [(row) => row.place && row.camera && row.picture && !row.video, (row) => row.video, (row) => row.missing]) {
      const number = archive.frame(kind);
      const page = await open(t, archive, { ...options, hash: `#photo-${rows[number].id}` });
      await page.locator("img.viewer-picture:not(.viewer-loading), video, .viewer-message").waitFor();
      await reached(page, `the viewer of frame ${number}`);
    }
  });

  test(`${colorScheme} ${name}: the keys`, async (t) => {
    const page = await openWall(t, archive, options);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await reached(page, "the keys");
  });

  test(`${colorScheme} ${name}: a plain page`, async (t) => {
    // The last page, which has the fewest photos: axe looks at each.
    const page = await open(t, archive, { ...options, page: "sheet/plain/00002.html" });
    await reached(page, "a plain page");
  });
}

test("suggested tags are reached, too", async (t) => {
  const page = await openWall(t, archive);
  await page.getByRole("combobox", { name: "Tag" }).fill("co");
  await page.locator("#tags").getByRole("option").first().waitFor();
  await reached(page, "suggestions");
  await page.keyboard.press("ArrowDown");
  await reached(page, "one of them chosen");
});

test("axe is awake: it finds what is planted", async (t) => {
  const page = await openWall(t, archive);
  await page.evaluate(() => document.body.append(document.createElement("button")));
  await drawn(page);
  await assert.rejects(reached(page, "planted"), /button-name/);
});
