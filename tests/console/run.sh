#!/usr/bin/env bash
# The console as those see it who use it: a real Chromium walks through the story of the demo as each
# role, with and without JavaScript, on a phone, on a desk and on a wall. With --long on PostgreSQL too.
# FUGONG_PICTURES=FOLDER keeps what it saw.
set -euo pipefail
here=tests/console tools=$PWD/.tools/console
folder=$(mktemp -d)

. tests/served.sh

install() {
  local packages=(chromium fonts-noto-cjk)
  can_show() { command -v chromium && fc-list | grep CJK; }
  if ! can_show >/dev/null; then
    echo "installing ${packages[*]} with apt-get"
    apt-get update -qq || true # an old list may still do
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
  fi
  if cmp -s "$here/package-lock.json" "$tools/package-lock.json" && [ -d "$tools/node_modules" ]; then return; fi
  echo "installing playwright-core and axe-core with npm into .tools"
  mkdir -p "$tools"
  cp "$here/package.json" "$here/package-lock.json" "$tools"
  npm ci --silent --ignore-scripts --prefix "$tools"
}

walk() { # walk NAME DATABASE
  echo "the console on $1"
  serve "$1" "$2"
  CONSOLE_TOOLS=$tools node "$here/walk.mjs" "$base" ${FUGONG_PICTURES:+"$FUGONG_PICTURES"}
}

sign_in() { # at the provider of tests/identity, which ./check has fetched
  echo "logging in to the console at an identity provider"
  CONSOLE_TOOLS=$tools node "$here/sign_in.mjs" target/debug/fugong "$folder/sign-in.db" "$PWD/.tools/identity" \
    ${FUGONG_PICTURES:+"$FUGONG_PICTURES"}
}

install
sign_in
walk sqlite "$folder/story.db"
if [ "${1-}" = --long ]; then
  cluster
  walk postgresql "$postgresql"
fi
