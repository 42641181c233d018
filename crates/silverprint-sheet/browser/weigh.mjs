// What a page of others weighs: `node weigh.mjs FILE` opens it from the disk and prints, as JSON,
// the bytes and files that it asked for until it was loaded, and when it was first painted.
import { pathToFileURL } from "node:url";
import { DESK, launch, weigh } from "./browser.mjs";

const browser = await launch();
const context = await browser.newContext({ viewport: DESK, offline: true });
const page = await context.newPage();
page.setDefaultTimeout(300_000);
const bytes = weigh(page);
await page.goto(pathToFileURL(process.argv[2]).href, { waitUntil: "load" });
const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null);
console.log(JSON.stringify({ ...bytes(), paint }));
await browser.close();
