#!/bin/sh
# Builds, only if a source is newer than the last build. Folders count too, so that a deleted file is noticed.
set -eu
cd "$(dirname "$0")/.."
stamp=dist/.built
newer=build
if [ -e "$stamp" ]; then
  newer=$(find src scripts package.json package-lock.json tsconfig.json tsconfig.sdk.json vite.config.ts -newer "$stamp" | head -n 1)
fi
if [ -n "$newer" ]; then
  sh scripts/build.sh >&2
  touch "$stamp"
fi
