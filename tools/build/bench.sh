# shellcheck shell=bash
# What things cost. Takes up to twenty minutes, so it is no part of the tests.

bench_all() {
  need_npm
  npm_install bench "onnxruntime-web, which ours is held against"
  case " $* " in *" --help "*) exec node bench/run.js --help ;; esac
  need_rust
  need_wasm
  need_browser
  build_native
  build_package
  build_site
  case " $* " in *" --page "*) node bench/page.js ;; *) node bench/run.js "$@" ;; esac
}
