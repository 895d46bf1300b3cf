#!/usr/bin/env bash
# The one entry point, for people and for CI. `./build.sh help` says what each command does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for part in common setup site verify bench; do
  # shellcheck source=/dev/null
  source "tools/build/$part.sh"
done

usage() {
  cat <<'TEXT'
usage: ./build.sh COMMAND
  setup            install what is missing to build and test (tools go to a cache folder, not into the clone)
  build            the command line (target/release/guidelight), the npm package (pkg/) and the site (dist/)
  serve [--port N] build, then serve dist/ on this machine and print the address
  test             every test: native, golden vectors, doc, wasm in a browser, JavaScript, end to end, npm package
  check            formatting, lints and documentation with warnings denied, JavaScript lint and types, licences
  size             bytes of what a visitor downloads, against the budget
  bench [OPTIONS]  what steps cost in a browser, beside onnxruntime-web; --quick, --page, --help
TEXT
}

main() {
  local command=${1:-help}
  [ $# -eq 0 ] || shift
  case $command in
    setup) setup_all ;;
    build) build_all ;;
    serve) serve "$@" ;;
    test) test_all ;;
    check) check_all ;;
    size) size_report ;;
    bench) bench_all "$@" ;;
    help | -h | --help) usage ;;
    *)
      usage >&2
      die "unknown command \"$command\""
      ;;
  esac
}

main "$@"
