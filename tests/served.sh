# What serves the story of the demo to those who look at it from outside: to be sourced by a script that has
# a $folder and runs where `target` is. Each server ends with the script.
base= postgresql= started=()

finish() { # the servers, then the cluster below them, whose input ends
  [ "${#started[@]}" -eq 0 ] || kill "${started[@]}" 2>/dev/null || true
  exec 9>&-
  wait
  rm -rf "$folder"
}
trap finish EXIT

serve() { # serve NAME DATABASE: the story of the demo, served where it finds a free port
  # What lies beside a database on a server lies where it is started.
  local fugong=$PWD/target/debug/fugong
  (cd "$folder" && "$fugong" demo --no-serve --db "$2" >/dev/null)
  (cd "$folder" && exec "$fugong" serve --dev --listen 127.0.0.1:0 --db "$2" >"$1.served" 2>&1 9>&-) &
  started+=($!)
  for _ in $(seq 300); do
    base=$(grep -o 'http://127.0.0.1:[0-9]*' "$folder/$1.served" | head -1) || true
    [ -z "$base" ] || return 0
    sleep 0.1
  done
  cat "$folder/$1.served"
  return 1
}

cluster() { # a PostgreSQL that ends when the script does: its address in $postgresql
  mkfifo "$folder/until"
  target/debug/fugong-cluster <"$folder/until" >"$folder/cluster" &
  exec 9>"$folder/until"
  for _ in $(seq 300); do
    postgresql=$(head -1 "$folder/cluster" 2>/dev/null) || true
    [ -z "$postgresql" ] || return 0
    sleep 0.1
  done
  echo "PostgreSQL did not start"
  return 1
}
