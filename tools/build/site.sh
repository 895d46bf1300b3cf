# shellcheck shell=bash
# From sources to what people run: the command line, the wasm bundles, the npm package, the site.

DEFAULT_PORT=8000
# No part of the wasm, so that changes there do not rebuild it.
NATIVE_ONLY=(src/bin src/cli src/data src/eval src/files.rs src/train)

build_native() {
  cargo build --release --locked
  local built=$CARGO_TARGET_DIR/release/guidelight wanted=target/release/guidelight
  # The same place for everybody, wherever cargo was told to work.
  if ! cmp -s "$built" "$wanted"; then
    mkdir -p target/release
    cp "$built" "$wanted.new"
    mv "$wanted.new" "$wanted"
  fi
}

# bundle NAME PROFILE FEATURE_FLAGS: makes pkg/NAME, or takes it from the cache if the same was made before.
bundle() {
  local name=$1 profile=$2 features=$3 key kept
  key=$(bundle_key "$name" "$profile" "$features")
  stamped "pkg/$name/.built-from" "$key" && return
  kept=$CACHE/bundles/$name-$key
  if [ ! -d "$kept" ]; then
    say "building the $name bundle: minutes, because the whole program is optimised as one"
    local fresh=$PWD/target/bundle-$name
    rm -rf "$fresh"
    # shellcheck disable=SC2086
    web wasm-pack build . --target web --profile "$profile" --no-opt --no-pack --out-dir "$fresh" -- --locked $features
    node tools/package/slim.js "$fresh/guidelight_bg.wasm"
    # It would make npm leave everything out.
    rm -f "$fresh/.gitignore"
    printf '%s\n' "$key" >"$fresh/.built-from"
    mkdir -p "$CACHE/bundles"
    # The latest few are enough to switch between branches.
    find "$CACHE/bundles" -mindepth 1 -maxdepth 1 -name "$name-*" -printf '%T@ %p\n' | sort -rn | tail -n +4 |
      cut -d' ' -f2- | xargs -r rm -rf
    rm -rf "$kept"
    cp -R "$fresh" "$kept.new" && mv "$kept.new" "$kept"
    rm -rf "$fresh"
  fi
  rm -rf "pkg/$name"
  mkdir -p pkg
  cp -R "$kept" "pkg/$name"
}

# bundle_key …: a hash of everything that decides what a bundle is.
bundle_key() {
  local sources
  sources=$(
    for path in src/*; do
      [[ " ${NATIVE_ONLY[*]} " == *" $path "* ]] || printf '%s\n' "$path"
    done
  )
  # shellcheck disable=SC2086
  {
    hash_of $sources Cargo.toml Cargo.lock .cargo tools/build/site.sh tools/package/slim.js
    web rustc --version
    wasm-bindgen --version
    printf '%s\n' "$@"
  } | sha256sum | cut -c1-32
}

build_package() {
  bundle webgpu wasm "--no-default-features --features webgpu"
  bundle cpu wasm-cpu "--no-default-features --features cpu"
  bundle cpu-relaxed wasm-cpu "--no-default-features --features relaxed-simd"
  cp tools/package/README.md tools/package/demo.js tools/package/demo.d.ts LICENSE-MIT LICENSE-APACHE pkg/
  node tools/package/manifest.js >pkg/package.json
}

build_site() {
  local key
  key=$({
    hash_of www ATTRIBUTION.md LICENSE-MIT LICENSE-APACHE
    cat pkg/*/.built-from pkg/package.json
  } | sha256sum | cut -c1-32)
  stamped dist/.built-from "$key" && return
  (cd www && quiet npm run --silent build) || die "the site could not be built"
  printf '%s\n' "$key" >dist/.built-from
}

build_all() {
  need_rust
  need_wasm
  need_npm
  build_native
  build_package
  build_site
  say "built target/release/guidelight, pkg/ and dist/"
}

serve() {
  local port=$DEFAULT_PORT
  case ${1:-} in
    "") ;;
    --port)
      port=${2:-}
      if ! [[ $port =~ ^[0-9]{1,5}$ ]] || ((10#$port < 1 || 10#$port > 65535)); then
        die "--port expects a number from 1 to 65535, got \"$port\""
      fi
      ;;
    *) die "serve expects --port N or nothing, got \"$1\"" ;;
  esac
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    die "port $port is in use; stop what listens there or choose another with --port N"
  fi
  need_wasm
  need_npm
  build_package
  build_site
  say "serving dist/; stop with Ctrl-C"
  exec www/node_modules/.bin/vite preview www --port "$port" --strictPort
}

size_report() {
  need_wasm
  need_npm
  build_package
  build_site
  node tools/size.js
}
