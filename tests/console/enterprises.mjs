// 企业, 一企一档 and events: what is looked at there, and what is done.

import { look, logIn, opened, url, wrong } from "./browser.mjs";

const ONE = "/console/enterprises/91500114MAYY010106";

export const PAGES = [
  "/console/enterprises", "/console/enterprises?q=%E7%A4%BA%E4%BE%8B&scale=above&sort=-open_orders&lang=en",
  ONE, `${ONE}?step=5&lang=en`, `${ONE}?as_of=2020-02-27`, `${ONE}?from=2&to=9`, `${ONE}/why`, `${ONE}/why?step=6&lang=en`,
  `${ONE}/why?fact=resumption/91500114MAYY010106`, "/console/registers/r12?q=%E7%A4%BA%E4%BE%8B",
];

export const PICTURES = [
  ["enterprises", "/console/enterprises"], ["enterprise", ONE], ["enterprise-then", `${ONE}?step=4&from=2&to=9`],
  ["enterprise-en", `${ONE}?lang=en`], ["why", `${ONE}/why?fact=resumption/91500114MAYY010106`],
];

/** From the list to a file, through time, to an event and its proof. */
async function story(javaScriptEnabled) {
  const page = await opened({ javaScriptEnabled, viewport: { width: 1280, height: 900 } });
  await logIn(page, "zhang:eic:commission");
  await page.goto(`${url}/console/enterprises`);
  await page.fill("#q", "91500114MAYY010106");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=91500114MAYY010106/);
  await page.waitForFunction(() => document.querySelectorAll(".firms tbody tr").length === 1);
  await page.click(".firms tbody th a");
  await page.waitForURL(new RegExp(`${ONE}$`));
  const now = await page.textContent("#story + p + ol, .story");
  await page.focus("#step");
  await page.keyboard.press("Home");
  if (javaScriptEnabled) await page.waitForURL(/step=1/);
  else await page.click("form.slider button");
  await page.waitForSelector(".then");
  const then = await page.textContent(".story");
  if (now.length <= then.length) wrong.push("as it was known at first, no less is told than now");
  await page.click(".steps a[rel=next]");
  await page.waitForURL(/step=2/);
  await page.fill("#from", "1");
  await page.fill("#to", "3");
  await page.click("#between-moments form button");
  await page.waitForURL(/from=1/);
  await page.waitForSelector("ins");
  await page.click(".story li a");
  await page.waitForURL(/console\/events\//);
  await look(page, new URL(page.url()).pathname, { check: javaScriptEnabled });
  const proof = page.locator("a.button", { hasText: "下载存证证明" });
  if (await proof.count()) {
    const [file] = await Promise.all([page.waitForEvent("download"), proof.click()]);
    if (!file.suggestedFilename().endsWith(".tlog-proof")) wrong.push(`a proof is ${file.suggestedFilename()}`);
  }
  await page.click("a:has-text('查看依据')");
  await page.waitForURL(/\/why\?/);
  if (!(await page.locator("svg.graph rect").count())) wrong.push("no reasons are drawn");
  await page.context().close();
}

export async function walk() {
  await story(true);
  await story(false);
  // An enterprise finds its own file and no other.
  const page = await opened({});
  await logIn(page, "91500114MAYY010106:91500114MAYY010106:enterprise");
  await look(page, "/console/enterprises");
  if ((await page.locator(".firms tbody tr").count()) !== 1) wrong.push("an enterprise sees others");
  await look(page, ONE);
  await look(page, "/console/enterprises/91500114MAYY01045Q", { expect: 404 });
  await page.context().close();
}
