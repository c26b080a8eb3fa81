// A real Chromium, the faults of pages in it, and what is looked at on each.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

/** Where the console is, and the folder in which pages are pictured, if there is one. */
export const [url, folder] = process.argv.slice(2);
const require = createRequire(`${process.env.CONSOLE_TOOLS}/`);
const { chromium } = require("playwright-core");
const LARGEST = 100 * 1024;

/** What was wrong, a line each. */
export const wrong = [];
export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--lang=zh-CN"],
});

/** A page in a browser of its own, whose faults are written down. */
export async function opened(options) {
  const context = await browser.newContext({ locale: "zh-CN", bypassCSP: false, ...options });
  const page = await context.newPage();
  const at = () => page.url();
  page.on("console", (said) => {
    // A page that is not there, or a form that is not whole, is answered so.
    if (said.type() === "error" && !/status of (404|422)/.test(said.text())) wrong.push(`${at()}: console: ${said.text()}`);
  });
  page.on("pageerror", (error) => wrong.push(`${at()}: ${error}`));
  page.on("request", (asked) => {
    const to = new URL(asked.url());
    if (to.protocol !== "data:" && to.origin !== new URL(url).origin) wrong.push(`${at()} asks ${to}`);
  });
  return page;
}

/** Goes to a page, and holds it against what every page keeps to. */
export async function look(page, path, { expect = 200, check = true } = {}) {
  const answer = await page.goto(url + path);
  if (answer.status() !== expect) wrong.push(`${path}: ${answer.status()}, not ${expect}`);
  const size = (await answer.body()).length;
  if (LARGEST < size) wrong.push(`${path}: ${size} bytes`);
  if (check) await accessible(page, path);
}

const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

/** axe-core runs beside the page's own policy, which lets no foreign script in. */
async function accessible(page, path) {
  const tested = await page.evaluate(`(() => { ${axe}; return axe.run(document, { resultTypes: ["violations"] }); })()`);
  for (const found of tested.violations.filter(({ impact }) => ["serious", "critical"].includes(impact))) {
    wrong.push(`${path}: ${found.id}: ${found.nodes.slice(0, 2).map((node) => node.html).join(" ")}`);
  }
}

/** Logs in as somebody of the demonstration. */
export async function logIn(page, who) {
  await page.goto(`${url}/`);
  await page.fill("#who", who);
  await page.click("form:has(#who) button");
  await page.waitForURL(`${url}/`);
}

/** Pictures a page, where pictures are wanted, and holds its width against the window's. */
export async function picture(page, name, path) {
  const { width } = page.viewportSize();
  await look(page, path);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (0 < wide) wrong.push(`${path} is ${wide} pixels too wide at ${width}`);
  if (folder) await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
}
