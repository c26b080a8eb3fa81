// Checks the signatures of letters as a receiver does: verify.cjs LETTERS SECRET, as verify.py has it.
const fs = require("node:fs");
const { Webhook } = require("standardwebhooks");

const [file, secret] = process.argv.slice(2);
const letters = JSON.parse(fs.readFileSync(file, "utf8"));
const webhook = new Webhook(secret);
for (const { text, headers } of letters) {
  webhook.verify(text, headers);
  for (const [name, forged] of [["text", text + " "], ["webhook-id", "msg_1"], ["webhook-timestamp", "1"]]) {
    const { text: changed = text, ...rest } = { ...headers, [name]: forged };
    let taken = true;
    try {
      webhook.verify(changed, rest);
    } catch {
      taken = false;
    }
    if (taken) throw new Error(`another ${name} was taken`);
  }
}
console.log(`${letters.length} letters`);
