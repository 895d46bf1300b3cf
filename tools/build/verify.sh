# shellcheck shell=bash
# Checks and tests. Each part is announced, so that a long log can be read by its headings.

part() { printf '\n== %s\n' "$*"; }

check_all() {
  need_rust
  need_wasm
  need_npm
  need_lints
  npm_install bench "onnxruntime-web, whose types the benchmark is checked against"
  part "rustfmt"
  cargo fmt --check
  part "clippy, native"
  cargo clippy --release --locked --all-targets -- -D warnings
  part "clippy, wasm"
  web cargo clippy --profile wasm --locked --lib --features relaxed-simd --target "$WASM" -- -D warnings
  part "documentation"
  RUSTDOCFLAGS="-D warnings" quiet cargo doc --release --locked --no-deps
  RUSTDOCFLAGS="-D warnings" quiet web cargo doc --profile wasm --locked --no-deps --lib --target "$WASM"
  part "JavaScript"
  (cd www && npm run --silent lint && npm run --silent types)
  part "licences"
  node tools/licences.js
  if have shellcheck; then
    part "shell"
    shellcheck build.sh tools/build/*.sh .ci/run
  fi
  say "check: all is well"
}

test_all() {
  need_rust
  need_wasm
  need_npm
  need_browser
  part "native tests, golden vectors and doc tests"
  cargo test --release --locked
  part "wasm in headless Chromium"
  # In the site's profile, so that what the site already compiled is used again; with relaxed SIMD, because its kernel
  # runs nowhere but there. Without arguments it works, too.
  web wasm-pack test --headless --chrome -- --locked --profile wasm --features relaxed-simd --test web
  part "JavaScript"
  (cd www && npm run --silent test)
  part "end to end in headless Chromium"
  build_native
  build_package
  build_site
  (cd www && npm run --silent e2e)
  part "the npm package in a fresh Vite app"
  (cd www && npm run --silent package)
  part "the browser's pictures are the command line's"
  (cd www && npm run --silent agreement)
  say "test: all tests passed"
}
