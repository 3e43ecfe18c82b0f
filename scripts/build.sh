#!/bin/sh
# Builds dist/ and oclif.manifest.json from the sources. Run by `npm run build`, with the right Node on PATH.
# It says where it is: on a slow machine a step takes a minute.
set -eu
cd "$(dirname "$0")/.."

# Commands that are gone must not stay in the manifest.
rm -rf dist/cli dist/run oclif.manifest.json

echo '  building, 1 of 4: compiling'
node node_modules/typescript/bin/tsc -p tsconfig.json
# Of the SDK's declarations those of the entrance, which stand for themselves: programs need no types of ours beside them.
node node_modules/typescript/bin/tsc -p tsconfig.sdk.json
for declared in index types record-types; do cp "dist/.declared/sdk/$declared.d.ts" dist/sdk/; done
rm -rf dist/.declared
echo '  building, 2 of 4: the page'
node node_modules/vite/bin/vite.js build --logLevel error
node node_modules/vite/bin/vite.js build --mode sheet --logLevel error
echo '  building, 3 of 4: one file for each program'
node scripts/generate-commands.ts
node scripts/bundle.ts
echo '  building, 4 of 4: the list of commands'
node node_modules/oclif/bin/run.js manifest >/dev/null
