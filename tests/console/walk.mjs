// Walks through the console in a real Chromium, as each role, with and without JavaScript.
//
//   node walk.mjs URL [FOLDER]
//
// Fails when a page has a serious finding of axe-core, an error on its console, a request to another host,
// or is larger than 100 KB. With FOLDER, pages are pictured there at 375, 1280 and 1920 pixels. Each area of
// the console says in a file of its own which PAGES the commission sees, which are pictured, and what is done.

import { join } from "node:path";
import { browser, folder, logIn, look, opened, picture, url, wrong } from "./browser.mjs";
import * as enterprises from "./enterprises.mjs";
import * as oversight from "./oversight.mjs";

const AREAS = [enterprises, oversight];
const ROLES = [
  "zhang:eic:commission", "qin:hq:headquarters", "deng:emb:emergency", "he:500114106:township",
  "pang:park-zy:park", "91500114MAYY010106:91500114MAYY010106:enterprise", "luo:eic:reporter", "tan:eic:auditor",
];
const COMMON = [
  "/", "/?scope=all", "/?as_of=2020-02-28", "/?lang=en", "/console/registers", "/console/registers/r1-enterprises",
  "/console/registers/r1-enterprises?industrial=true&works=false&sort=-name", "/console/registers/r4-seats?required=true&vacant=true",
  "/console/registers/r7", "/console/registers/r9", "/console/registers/r12", "/console/registers/r15?lang=en",
];
const PAGES = [...COMMON, ...AREAS.flatMap((area) => area.PAGES)];
const PICTURES = [
  ["overview", "/"], ["register", "/console/registers/r1-enterprises"], ["registers", "/console/registers"],
  ...AREAS.flatMap((area) => area.PICTURES),
];

// Each role reads.
for (const who of ROLES) {
  const page = await opened({ viewport: { width: 1280, height: 900 } });
  await logIn(page, who);
  const paths = who === ROLES[0] ? PAGES : COMMON.filter((path) => !path.includes("&"));
  for (const path of paths) await look(page, path, { check: who === ROLES[0] || path === "/" });
  await look(page, "/console/registers/nothing", { expect: 404 });
  await page.goto(`${url}/`);
  await page.click("header form button");
  await page.waitForURL(/login/);
  await look(page, "/console/registers", { check: false });
  if (!page.url().includes("login")) wrong.push(`${who}: still logged in`);
  await page.context().close();
}

// Without JavaScript everything is read, and a day is chosen.
{
  const page = await opened({ javaScriptEnabled: false });
  await logIn(page, ROLES[0]);
  for (const path of PAGES) await look(page, path, { check: false });
  await page.goto(`${url}/`);
  await page.fill("#as_of", "2020-02-27");
  await page.click("form.day button");
  if (!page.url().includes("as_of=2020-02-27")) wrong.push(`no day is chosen: ${page.url()}`);
  await page.goto(`${url}/console/registers/r1-enterprises`);
  await page.selectOption("#column", "scale");
  await page.fill("#value", "above");
  await page.click("form.filter button");
  if (!page.url().includes("scale=above")) wrong.push(`no filter is chosen: ${page.url()}`);
  await page.context().close();
}

// By keyboard: the first stop leads past the navigation.
{
  const page = await opened({});
  await logIn(page, ROLES[0]);
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement.className);
  if (first !== "skip") wrong.push(`the first stop is ${first}`);
  // A part is put in the place of another without a new page.
  await page.click(".tabs a:not([aria-current])");
  await page.waitForFunction(() => location.search.includes("scope=all"));
  await page.fill("#as_of", "2020-02-28");
  await page.dispatchEvent("#as_of", "change");
  await page.waitForFunction(() => location.search.includes("as_of=2020-02-28"));
  await page.context().close();
}

// On a phone, on a desk, on a wall.
for (const [width, height] of [[375, 800], [1280, 900], [1920, 1080]]) {
  const page = await opened({ viewport: { width, height } });
  await page.goto(`${url}/console/login`);
  if (folder) await page.screenshot({ path: join(folder, `login-${width}.png`), fullPage: true });
  await logIn(page, ROLES[0]);
  for (const [name, path] of PICTURES) await picture(page, name, path);
  await page.context().close();
}

// What is done on the pages of each area.
for (const area of AREAS) await area.walk();

await browser.close();
for (const line of wrong) console.error(line);
console.log(wrong.length ? `${wrong.length} faults` : "the console holds");
process.exit(wrong.length ? 1 : 0);
