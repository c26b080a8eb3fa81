// 检查整改, 报表 and 审计: what is looked at there, and what each role that writes does.

import { logIn, look, opened, url, wrong } from "./browser.mjs";

const FIRM = "91500114MAYY010106";

export const PAGES = [
  "/console/inspections", `/console/inspections?enterprise=${FIRM}`, "/console/inspections/acts/report_resumption",
  "/console/inspections/acts/open_inspection", "/console/inspections/acts/raise_support_case?lang=en",
  "/console/inspections/acts/report_barrier", "/console/reports", "/console/reports/daily-resumption",
  "/console/reports/vacant-seats?as_of=2020-02-29", `/console/reports/dossier?enterprise=${FIRM}`,
  "/console/reports/builder", "/console/reports/builder?report=daily-resumption&lang=en", "/console/audit", "/console/audit?lang=en",
];

export const PICTURES = [
  ["inspections", `/console/inspections?enterprise=${FIRM}`], ["act", "/console/inspections/acts/open_inspection"],
  ["reports", "/console/reports"], ["report", "/console/reports/daily-resumption"],
  ["builder", "/console/reports/builder"], ["audit", "/console/audit"],
];

/** Whether something is there; what is not is written down. */
async function has(page, selector, what) {
  const found = page.locator(selector).first();
  await found.waitFor({ timeout: 15_000 }).catch(() => wrong.push(`${what}: no ${selector} at ${page.url()}`));
}

async function as(who, story, options = {}) {
  const page = await opened({ viewport: { width: 1280, height: 900 }, ...options });
  await logIn(page, who);
  await story(page);
  await page.context().close();
}

async function send(page) {
  await Promise.all([page.waitForNavigation(), page.click(".act form .acts button")]);
}

async function act(page, name) {
  await Promise.all([page.waitForNavigation(), page.click(`.acts a[href*="/acts/${name}"]`)]);
}

/** The commission inspects, orders with the day told beforehand, and looks again. */
async function inspects(page, scripted) {
  await look(page, "/console/inspections/acts/open_inspection", { check: false });
  await page.fill("#a-enterprise", FIRM);
  await page.selectOption("#a-kind", "full");
  await page.check('[name="subjects"][value="protection"]');
  await send(page);
  await act(page, "record_finding");
  await page.selectOption("#a-subject", "protection");
  await page.selectOption("#a-category", "measures_not_in_place");
  await page.selectOption("#a-severity", "ordinary");
  // What lacks is said at its field, and what was chosen stays.
  await send(page);
  await has(page, "#e-facts", "a finding without words");
  await page.fill("#a-facts", "门岗未测温");
  await send(page);
  await has(page, "td.words:has-text('门岗未测温')", "the finding");
  await act(page, "order_rectification");
  await page.check('[name="findings"]');
  await page.fill("#a-working_days", "3");
  await page.fill("#a-measures", "设置测温点并登记");
  if (!scripted) await Promise.all([page.waitForNavigation(), page.click('button[value="due"]')]);
  await has(page, "#due-told:has-text('星期')", "the day on which it would be due");
  await send(page);
  for (const step of ["serve_order", "report_order_done"]) {
    await act(page, step);
    await send(page);
  }
  await act(page, "reinspect_order");
  await page.selectOption("#a-result", "complied");
  await send(page);
  await has(page, "h1:has-text('已销号')", "the order");
  await look(page, new URL(page.url()).pathname, { check: scripted });
}

/** Somebody puts a report together, sees it at once, and keeps it. */
async function builds(page, scripted, id) {
  await look(page, "/console/reports/builder", { check: false });
  await page.fill("#title", "分属地企业数");
  await page.selectOption('[name="group-1"]', "township");
  await page.selectOption('[name="measure-1-kind"]', "count");
  if (scripted) await has(page, '#builder [name="measure-1-when-column"]', "the measure");
  await page.fill('[name="measure-1-heading"]', "家数");
  await page.dispatchEvent('[name="measure-1-heading"]', "change");
  if (!scripted) await Promise.all([page.waitForNavigation(), page.click('.acts button[value="preview"]')]);
  await has(page, "#preview td:has-text('城东街道')", "the preview");
  await page.fill("#id", id);
  await Promise.all([page.waitForNavigation(), page.click('button[value="save"]')]);
  if (!page.url().includes(`/console/reports/${id}`)) wrong.push(`the report is not kept: ${page.url()}`);
  await has(page, ".good", "that it was kept");
}

export async function walk() {
  await as("zhang:eic:commission", async (page) => {
    await inspects(page, true);
    await builds(page, true, "walk-scripted");
    await look(page, "/console/audit", { check: false });
    await Promise.all([page.waitForNavigation(), page.click('button[name="register"][value="inbox"]')]);
    await has(page, "#work .good", "the rebuild");
  });
  await as("zhang:eic:commission", async (page) => {
    await inspects(page, false);
    await builds(page, false, "walk-plain");
  }, { javaScriptEnabled: false });
  await as("tan:eic:auditor", async (page) => {
    await look(page, "/console/audit");
    await has(page, "#access table", "the access log");
    await Promise.all([page.waitForNavigation(), page.click('form[action*="verifications"] button')]);
    await has(page, "#work .good", "the verification");
  });
  // An enterprise reports that it works again: two fields, whatever else is so.
  await as(`${FIRM}:${FIRM}:enterprise`, async (page) => {
    await look(page, "/console/inspections/acts/report_resumption");
    if ((await page.inputValue("#a-uscc")) !== FIRM) wrong.push("an enterprise has to type its own code");
    await page.fill("#a-resumed_on", "2020-02-28");
    await send(page);
    await has(page, ".good", "the resumption");
    await look(page, "/console/inspections/acts/raise_support_case", { check: false });
    await page.selectOption("#a-category", "labour");
    await page.fill("#a-text", "缺操作工12人");
    await send(page);
    await has(page, "dd:has-text('缺操作工12人')", "the difficulty");
  });
  for (const who of ["qin:hq:headquarters", "deng:emb:emergency", "he:500114106:township", "pang:park-zy:park"]) {
    await as(who, async (page) => {
      await look(page, "/console/inspections");
      await look(page, "/console/inspections/acts/report_barrier", { check: false });
      await page.selectOption("#a-kind", "roadblock");
      await page.fill("#a-place", "黔江示例镇S202线5公里处");
      await send(page);
      await has(page, "dd:has-text('S202')", `the barrier that ${who} reports`);
    });
  }
}
