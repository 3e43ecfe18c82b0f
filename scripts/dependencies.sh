#!/bin/sh
# Installs what package-lock.json names, only if that differs from what was installed last. No install scripts run.
set -eu
cd "$(dirname "$0")/.."
stamp=node_modules/.package-lock.stamp
if ! cmp -s package-lock.json "$stamp"; then
  echo '  fetching what the build needs, by npm: some minutes' >&2
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json "$stamp"
fi
