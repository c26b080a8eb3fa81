#!/usr/bin/env bash
# The OpenAPI document as its readers take it: linters find nothing, clients that are generated from it
# carry out a whole story, and the server takes and refuses what the document says, on a file and on
# PostgreSQL. With --long requests are made up for twenty minutes a store in the place of two, and a
# client of Java is compiled too.
set -euo pipefail
here=tests/contract document=docs/openapi.json tools=$PWD/.tools/contract
folder=$(mktemp -d) seconds=120
[ "${1-}" != --long ] || seconds=1200

. tests/served.sh

install() {
  if ! cmp -s "$here/package-lock.json" "$tools/package-lock.json" || [ ! -d "$tools/node_modules" ]; then
    echo "installing redocly, spectral and TypeScript with npm into .tools"
    mkdir -p "$tools"
    cp "$here/package.json" "$here/package-lock.json" "$tools"
    npm ci --silent --ignore-scripts --prefix "$tools"
  fi
  if ! cmp -s "$here/requirements.txt" "$tools/python/requirements.txt"; then
    echo "installing openapi-generator and schemathesis from PyPI into .tools: they generate clients and requests"
    rm -rf "$tools/python"
    python3 -m pip install --quiet --target "$tools/python" -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$tools/python"
  fi
}

lint() {
  export REDOCLY_TELEMETRY=off
  "$tools/node_modules/.bin/redocly" lint --config "$here/redocly.yaml" "$document" >"$folder/lint" 2>&1 ||
    { cat "$folder/lint"; return 1; }
  "$tools/node_modules/.bin/spectral" lint --fail-severity hint --ruleset "$here/spectral.yaml" "$document"
}

generate() { # generate LANGUAGE OUT OPTION...
  local language=$1 out=$2
  shift 2
  PYTHONPATH=$tools/python "$tools/python/bin/openapi-generator-cli" generate \
    -i "$document" -g "$language" -o "$out" "$@" >"$folder/generated" 2>&1 ||
    { cat "$folder/generated"; return 1; }
}

python_client() {
  generate python "$folder/python" --additional-properties=packageName=fugong_client
  PYTHONPATH=$tools/python:$folder/python python3 -W ignore "$here/story.py" "$base" 91500114MAYY099015
}

typescript_client() {
  local project=$folder/typescript
  mkdir "$project"
  generate typescript-fetch "$project/client"
  cp "$here/story.ts" "$here/tsconfig.json" "$project"
  ln -s "$tools/node_modules" "$project/node_modules"
  "$tools/node_modules/.bin/tsc" -p "$project"
  node "$project/out/story.js" "$base" 91500114MAYY099028
}

# What Debian packages has no Jackson for java.time, which the older dates do not need.
java_client() {
  local sources=$folder/java/src/main/java/org/openapitools/client jars=/usr/share/java classpath= jar
  local packages=(default-jdk-headless libjackson2-databind-java libjsr305-java
    libjakarta-annotation-api-java libhttpclient-java)
  if [ "$(id -u)" -eq 0 ] && ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
    echo "installing ${packages[*]} with apt-get"
    apt-get update -qq || true # an old list may still do
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
  fi
  generate java "$folder/java" --library native --generate-alias-as-model \
    --additional-properties=openApiNullable=false,dateLibrary=legacy,useJakartaEe=true
  rm "$sources"/RFC3339InstantDeserializer.java "$sources"/RFC3339JavaTimeModule.java
  sed -i '/JavaTimeModule/d' "$sources"/ApiClient.java "$sources"/JSON.java
  for jar in jackson-core jackson-databind jackson-annotations jsr305 jakarta-annotation-api \
    httpmime httpcore httpclient; do
    classpath+=$jars/$jar.jar:
  done
  find "$folder/java/src/main" -name '*.java' >"$folder/sources"
  javac -nowarn -d "$folder/classes" -cp "$classpath" "@$folder/sources" 2>&1 | grep -v '^Note:' || true
  [ -f "$folder/classes/org/openapitools/client/api/EnterprisesApi.class" ]
}

# Requests that are made from the document: PHASE examples,coverage goes through it parameter by
# parameter and member by member, fuzzing makes them up, stateful does with a thing what can be done next.
requests() { # requests NAME BASE PHASE OPTION...
  local name=$1 base=$2 phase=$3 place=$folder/$1-$3 came
  shift 3
  # It leaves files where it runs.
  mkdir "$place"
  cp "$here/schemathesis.toml" "$here/hooks.py" "$document" "$place"
  (cd "$place" && PYTHONPATH=$tools/python "$tools/python/bin/schemathesis" run openapi.json --url "$base" \
    --header "Authorization: Bearer dev:clerk:eic:commission" --checks all --phases "$phase" \
    --seed 1 --continue-on-failure "$@" >requests 2>&1) || { cat "$place/requests"; return 1; }
  came=$(grep '^  [0-9]* generated' "$place/requests") || { echo "$name, $phase: no requests"; return 1; }
  echo "$name, $phase:$came"
}

made_up() { # made_up NAME BASE: for as long as a store has
  requests "$1" "$2" fuzzing --max-time "$((seconds * 3 / 4))"
  requests "$1" "$2" stateful --max-time "$((seconds / 4))"
}

# Both stores at once: who makes the requests waits as much as he works.
stores() {
  local sqlite=$1 postgresql=$2 sides=() side
  made_up SQLite "$sqlite" &
  sides+=($!)
  made_up PostgreSQL "$postgresql" &
  sides+=($!)
  for side in "${sides[@]}"; do wait "$side"; done
}

install
lint
serve SQLite "$folder/story.db"
sqlite=$base
python_client
typescript_client
requests SQLite "$sqlite" examples,coverage
cluster
serve PostgreSQL "$postgresql"
stores "$sqlite" "$base"
[ "${1-}" != --long ] || java_client
echo "linters find nothing, the clients carried out the story, requests are taken and refused as the document says"
