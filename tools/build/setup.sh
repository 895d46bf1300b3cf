# shellcheck shell=bash
# What must be on the machine, each with the reason it is needed. Everything here may be run again at no cost.

WASM_PACK_VERSION=0.15.1
NODE_MAJOR=20
WASM=wasm32-unknown-unknown
# Debian's second Rust, which (unlike rustup's) brings the sources from which the wasm standard library can be built.
DEBIAN_STD=/usr/lib/rustlib/$WASM/lib
# Comes before PATH in wasm builds; set by need_wasm_target.
WEB_PATH_PREFIX=

# apt_install WHY PACKAGE…: installs those that are missing.
apt_install() {
  local why=$1 package missing=()
  shift
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]} with apt: $why"
  [ "$(id -u)" = 0 ] || die "$why is missing and this user may not install packages; run: sudo apt-get install ${missing[*]}"
  # The lists on a fresh machine may be empty or old; asking for them costs seconds and happens only here.
  quiet apt-get update || say "apt-get update failed; trying with the package lists that are here"
  quiet env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" ||
    die "apt-get could not install ${missing[*]}, which is needed for $why"
}

# apt_or_die WHY SENTENCE PACKAGE…: apt where there is apt, else one clear sentence.
apt_or_die() {
  local why=$1 sentence=$2
  shift 2
  have apt-get || die "$sentence"
  apt_install "$why" "$@"
}

need_rust() {
  have cargo || die "Rust is missing: install it from https://rustup.rs and run this again"
  have cc || apt_or_die "the linker that rustc calls" "a C compiler is missing: install gcc or clang" gcc libc6-dev
}

need_node() {
  if ! have node || ! have npm; then
    die "Node.js is missing: install version $NODE_MAJOR or newer with npm from https://nodejs.org"
  fi
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge "$NODE_MAJOR" ] || die "Node.js $NODE_MAJOR or newer is needed, this is $(node --version)"
}

# has_std DIR: whether DIR holds a compiled standard library, with the test crate that browser tests link.
has_std() { compgen -G "$1/libstd-*.rlib" >/dev/null && compgen -G "$1/libtest-*.rlib" >/dev/null; }

debian_std_ready() {
  [ -x /usr/bin/rustc ] && [ -x /usr/bin/cargo ] && has_std "$DEBIAN_STD" &&
    stamped "$DEBIAN_STD/built-by" "$(/usr/bin/rustc --version)"
}

# Order: already there, rustup, Debian's sources, one sentence.
need_wasm_target() {
  if has_std "$(rustc --print sysroot)/lib/rustlib/$WASM/lib"; then
    return
  elif debian_std_ready; then
    WEB_PATH_PREFIX=/usr/bin:
  elif have rustup && quiet_try rustup target add "$WASM"; then
    say "installed the Rust target $WASM with rustup: the browser runs wasm"
  elif have apt-get; then
    need_debian_std
    WEB_PATH_PREFIX=/usr/bin:
  else
    die "the Rust target $WASM is missing: rustup could not download it and there is no apt; install a Rust that has it"
  fi
}

quiet_try() { "$@" >/dev/null 2>&1; }

need_debian_std() {
  apt_install "the wasm target (rustup cannot download it here)" rustc-web cargo-web rust-web-src rust-web-llvm lld-22
  debian_std_ready && return
  say "building the standard library for $WASM once from Debian's sources: rustup cannot download it here"
  [ -w /usr/lib/rustlib ] || die "the wasm standard library must be written to $DEBIAN_STD and this user may not; run ./build.sh setup as root once"
  local scratch
  scratch=$(mktemp -d)
  mkdir "$scratch/src"
  : >"$scratch/src/lib.rs"
  printf '[package]\nname = "std-builder"\nversion = "0.0.0"\nedition = "2024"\n[lib]\ncrate-type = ["cdylib"]\n' >"$scratch/Cargo.toml"
  # `test` is what `wasm-pack test` links; panic_abort is the target's panic strategy.
  (cd "$scratch" && quiet env -u RUSTFLAGS CARGO_TARGET_DIR="$scratch/target" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 \
    /usr/bin/cargo build --release --target "$WASM" -Zbuild-std=std,panic_abort,test) ||
    die "Debian's Rust could not build the standard library for $WASM"
  mkdir -p "$DEBIAN_STD"
  cp "$scratch/target/$WASM/release/deps/"*.rlib "$DEBIAN_STD/"
  /usr/bin/rustc --version >"$DEBIAN_STD/built-by"
  rm -rf "$scratch"
}

# web COMMAND…: runs it with the compiler and the target folder of the wasm build. RUSTFLAGS from outside would replace
# the flags of .cargo/config.toml, simd among them.
web() {
  env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS CARGO_TARGET_DIR="$WEB_TARGET_DIR" PATH="$WEB_PATH_PREFIX$PATH" "$@"
}

# cargo_tool BINARY CRATE VERSION WHY: compiles a command line tool once into the cache.
cargo_tool() {
  local binary=$1 crate=$2 version=$3 why=$4
  if have "$binary" && [[ "$("$binary" --version 2>/dev/null)" == *" $version"* ]]; then return; fi
  say "installing $crate $version with cargo, some minutes: $why"
  # Not --locked: the lock files in these crates name versions that some registry mirrors no longer serve.
  quiet env -u CARGO_TARGET_DIR cargo install "$crate" --version "$version" --root "$CACHE/tools" --force ||
    die "cargo could not install $crate $version, which is needed for this: $why"
}

# All that makes wasm: the target, then the tools.
need_wasm() {
  need_rust
  need_wasm_target
  cargo_tool wasm-bindgen wasm-bindgen-cli "$(locked wasm-bindgen)" "writes the JavaScript around the wasm, same version as the crate"
  cargo_tool wasm-pack wasm-pack "$WASM_PACK_VERSION" "builds pkg/ and runs the browser tests"
}

# npm_install DIR WHY: `npm ci` unless node_modules already matches the lock file.
npm_install() {
  local dir=$1 why=$2 want
  want=$(hash_of "$dir/package.json" "$dir/package-lock.json")
  if stamped "$dir/node_modules/.installed-for" "$want"; then return; fi
  say "installing the npm packages of $dir: $why"
  (cd "$dir" && quiet npm ci --no-audit --no-fund) || die "npm could not install the packages of $dir; is the network there?"
  printf '%s\n' "$want" >"$dir/node_modules/.installed-for"
}

need_npm() {
  need_node
  npm_install www "the site's components, Vite, the browser driver, the JavaScript linter and type checker"
}

need_browser() {
  have chromium && have chromedriver && return
  apt_or_die "the browser tests" "Chromium and chromedriver are missing: install them so that both are on PATH" \
    chromium chromium-driver
}

need_lints() {
  have cargo-clippy || quiet_try rustup component add clippy || die "clippy is missing: run rustup component add clippy"
  have rustfmt || quiet_try rustup component add rustfmt || die "rustfmt is missing: run rustup component add rustfmt"
  [ -z "$WEB_PATH_PREFIX" ] || apt_install "clippy for the wasm build" rust-web-clippy
}

setup_all() {
  need_wasm
  need_npm
  need_browser
  need_lints
  say "everything is there; to call the wasm tools by hand: export PATH=\"$WEB_PATH_PREFIX$CACHE/tools/bin:\$PATH\""
}
