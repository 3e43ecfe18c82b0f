#!/bin/sh
# pack.sh FOLDER: builds and packs the release tarball into FOLDER; prints its path.
# npm never packs package-lock.json, so a copy travels as install-lock.json: the installer installs exactly that.
set -eu
if [ "${HIVEMIND_WITH_NODE:-}" != 1 ]; then
  HIVEMIND_WITH_NODE=1 exec sh "$(dirname "$0")/with-node.sh" sh "$0" "$@"
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
sh scripts/dependencies.sh
sh scripts/fresh-build.sh
cp package-lock.json install-lock.json
name=$(npm pack --ignore-scripts --silent --pack-destination "$folder" | tail -n 1)
echo "$folder/$name"
