# shellcheck shell=bash
# Paths, messages and the two ways in which work is skipped: a stamp file, and a content hash.

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/guidelight
# Outside the clone, so that a fresh clone starts warm. The wasm build has a folder of its own: on some machines it
# uses another compiler, and two compilers would throw away each other's work.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$CACHE/target}
# shellcheck disable=SC2034
WEB_TARGET_DIR=$CARGO_TARGET_DIR/web
export PATH="$CACHE/tools/bin:$PATH"

say() { printf '%s\n' "· $*"; }

die() {
  printf 'build.sh: %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# quiet COMMAND…: runs it and shows its output only if it fails.
quiet() {
  local log
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
}

# hash_of PATH…: one hash of the names and contents of all files under the paths that exist.
hash_of() {
  local path paths=()
  for path in "$@"; do [ ! -e "$path" ] || paths+=("$path"); done
  find "${paths[@]}" -type f -not -path '*/node_modules/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum |
    sha256sum | cut -c1-32
}

# stamped FILE HASH: whether FILE records that the work for HASH was done.
stamped() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# locked CRATE: the version of CRATE that Cargo.lock pins.
locked() {
  awk -v want="\"$1\"" '$1 == "name" { name = $3 } $1 == "version" && name == want { gsub(/"/, "", $3); print $3; exit }' Cargo.lock
}
