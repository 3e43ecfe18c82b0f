#!/bin/sh
# npm run check: lint, types, docs, tests, all of them even after a failure. The last line is "N passed, N failed";
# a failed step counts as one failure.
set -eu
cd "$(dirname "$0")/.."
if [ "${HIVEMIND_WITH_NODE:-}" != 1 ]; then
  HIVEMIND_WITH_NODE=1 exec sh scripts/with-node.sh sh scripts/check.sh "$@"
fi

failed=''
failures=0
run_step() {
  name=$1
  shift
  echo "== $name"
  if ! "$@" </dev/null; then
    echo "== $name FAILED"
    failed="$failed $name"
    failures=$((failures + 1))
  fi
}
# shellcheck disable=SC2317 # run_step calls it
check_docs() {
  if [ -e scripts/docs.ts ]; then
    node scripts/docs.ts --check
  else
    echo 'no scripts/docs.ts: nothing to compare'
  fi
}
# shellcheck disable=SC2317 # run_step calls it
check_shell() {
  if command -v shellcheck >/dev/null 2>&1; then
    shellcheck install.sh bin/*.sh scripts/*.sh .ci/run
  else
    for script in install.sh bin/*.sh scripts/*.sh; do sh -n "$script" || return 1; done
    echo 'shellcheck is not installed: syntax only'
  fi
}

output=$(mktemp)
trap 'rm -f "$output"' EXIT
sh scripts/dependencies.sh
run_step build sh scripts/fresh-build.sh
run_step lint node node_modules/@biomejs/biome/bin/biome check --error-on-warnings .
run_step shell check_shell
run_step types node node_modules/typescript/bin/tsc --noEmit -p tsconfig.json
run_step types-of-tests node node_modules/typescript/bin/tsc --noEmit -p tsconfig.check.json
run_step types-of-page node node_modules/typescript/bin/tsc --noEmit -p tsconfig.page.json
run_step docs check_docs

echo '== tests'
code=0
if [ "$failed" != "${failed#* build}" ]; then
  echo 'not run, because the build failed' && echo '0 passed, 0 failed' >"$output"
else
  { sh scripts/test.sh "$@" 2>&1 || echo "$?" >"$output.code"; } | tee "$output"
  [ ! -e "$output.code" ] || code=$(cat "$output.code")
  rm -f "$output.code"
fi
if [ "$failures" -gt 0 ]; then
  echo "failed steps:$failed"
  # The tests' own last line is followed by one that counts the failed steps as well.
  tail -n 1 "$output" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed\(.*\)$/\1 \2 \3/p' | {
    read -r passed broken rest || { passed=0 broken=1 rest=''; }
    echo "$passed passed, $((broken + failures)) failed$rest"
  }
  exit 1
fi
exit "$code"
