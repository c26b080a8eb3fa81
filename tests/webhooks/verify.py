"""Checks the signatures of letters as a receiver does, with the library that Standard Webhooks offers.

verify.py LETTERS SECRET: LETTERS is a JSON list of what came, each with `headers` and `text`.
"""

import json
import sys

from standardwebhooks import Webhook, WebhookVerificationError


def main(file: str, secret: str) -> None:
    with open(file, encoding="utf-8") as letters:
        letters = json.load(letters)
    webhook = Webhook(secret)
    for letter in letters:
        text, headers = letter["text"], letter["headers"]
        webhook.verify(text, headers)
        for name, forged in [("text", text + " "), ("webhook-id", "msg_1"), ("webhook-timestamp", "1")]:
            changed = {**headers, name: forged}
            try:
                webhook.verify(changed.pop("text", text), changed)
            except WebhookVerificationError:
                continue
            sys.exit(f"another {name} was taken")
    print(f"{len(letters)} letters")


main(*sys.argv[1:])
