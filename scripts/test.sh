#!/bin/sh
# npm test [-- VITEST ARGUMENT…]: finds Node, installs dependencies, builds, and runs the tests.
# The last line is "N passed, N failed" (", N skipped" may follow); the exit code is 0 only if all passed.
set -eu
cd "$(dirname "$0")/.."
if [ "${HIVEMIND_WITH_NODE:-}" != 1 ]; then
  HIVEMIND_WITH_NODE=1 exec sh scripts/with-node.sh sh scripts/test.sh "$@"
fi

counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
if ! { sh scripts/dependencies.sh && sh scripts/fresh-build.sh; }; then
  echo 'the tests were not run: dependencies or build failed'
  echo '0 passed, 1 failed'
  exit 1
fi
code=0
HIVEMIND_COUNTS_FILE="$counts" node node_modules/vitest/vitest.mjs run "$@" </dev/null || code=$?
if [ -s "$counts" ]; then
  cat "$counts"
else
  echo '0 passed, 1 failed'
  [ "$code" -ne 0 ] || code=1
fi
exit "$code"
