// Logs in to the console at an identity provider, in a real Chromium: the provider is another site, so that what
// a browser sends along a redirection, and what not, is what it will be.
//
//   node sign_in.mjs FUGONG DATABASE IDENTITY_TOOLS [FOLDER]
//
// The provider is that of tests/identity. With FOLDER, the login is pictured there at 375 and 1280 pixels.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const [fugong, database, tools, folder] = process.argv.slice(2);
const own = dirname(fileURLToPath(import.meta.url));

// The port is in the settings, so it is known before the server is there.
const free = createServer().listen(0, "127.0.0.1");
await once(free, "listening");
const { port } = free.address();
free.close();
await once(free, "close");
const base = `http://localhost:${port}`;
process.argv.splice(2, Infinity, base, ...(folder ? [folder] : []));
const { browser, look, opened, wrong } = await import("./browser.mjs");

const provider = spawn("node", [join(own, "../identity/provider.mjs"), tools], { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface({ input: provider.stdout })[Symbol.asyncIterator]();
const hears = async () => JSON.parse((await lines.next()).value);
const asks = (what) => { provider.stdin.write(`${JSON.stringify(what)}\n`); return hears(); };
const issuer = await hears();
await asks({ what: "key", algorithm: "RS256" });
await asks({ what: "person", claims: { sub: "jxw-017", unit: "eic", role: "commission" } });

const settings = `${database}.auth.toml`;
await writeFile(settings, `[console]
address = "${base}"
[[issuer]]
issuer = "${issuer}"
audiences = ["fugong"]
algorithms = ["RS256"]
[issuer.console]
client = "fugong-console"
`);
const words = ["serve", "--listen", `127.0.0.1:${port}`, "--db", database, "--auth", settings];
const server = spawn(fugong, words, { stdio: ["ignore", "ignore", "inherit"] });
try {
  for (let tries = 0; ; tries += 1) {
    if (await fetch(`${base}/readyz`).then((answer) => answer.ok, () => false)) break;
    if (tries === 300) throw new Error("the server is not ready");
    await new Promise((later) => setTimeout(later, 100));
  }
  for (const [width, height] of [[375, 800], [1280, 900]]) {
    const page = await opened({ viewport: { width, height } });
    await look(page, "/console/login");
    if (folder) await page.screenshot({ path: join(folder, `sign-in-${width}.png`), fullPage: true });
    // Asked for a page, led to the provider and back to that page, with and without JavaScript.
    await page.goto(`${base}/console/registers/r7`);
    await asks({ what: "refuse", fields: { error: "access_denied" } });
    await page.click("a.button[href*='begin']");
    await page.waitForSelector("[role=alert]");
    if (folder) await page.screenshot({ path: join(folder, `sign-in-denied-${width}.png`), fullPage: true });
    await page.click("a.button[href*='begin']");
    await page.waitForURL(`${base}/console/registers/r7`);
    if (!(await page.textContent(".who")).includes("jxw-017")) wrong.push(`${width}: somebody else is logged in`);
    await page.click("header form button");
    await page.waitForURL(/left=0/);
    if (folder) await page.screenshot({ path: join(folder, `signed-out-${width}.png`), fullPage: true });
    await look(page, "/console/login?left=0");
    await page.click("[role=status] a");
    await page.waitForURL(`${base}/console/login`);
    await page.context().close();
  }
  const page = await opened({ javaScriptEnabled: false });
  await page.goto(`${base}/`);
  await page.click("a.button[href*='begin']");
  await page.waitForURL(`${base}/`);
  if (!(await page.textContent(".who")).includes("jxw-017")) wrong.push("without JavaScript nobody is logged in");
} finally {
  server.kill();
  provider.kill();
  await browser.close();
}
// Whoever logs in goes to the provider, and is told there and then that he is turned away.
const expected = (line) => line.includes(` asks ${issuer}/`) || line.includes("status of 403");
const faults = wrong.filter((line) => !expected(line));
for (const line of faults) console.error(line);
console.log(faults.length ? `${faults.length} faults` : "people log in at their provider");
process.exit(faults.length ? 1 : 0);
