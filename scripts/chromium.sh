#!/bin/sh
# Chromium for the tests of the page. Gets the package where it is missing (root on Debian or Ubuntu); the last line is the
# path of the program.
set -eu

find_chromium() {
  for program in chromium google-chrome chromium-browser; do
    command -v "$program" && return 0
  done
  return 1
}

if find_chromium; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo 'chromium.sh: Chromium is not installed, and only root on Debian or Ubuntu can get it here' >&2
  exit 1
fi
# Two test files may ask at once: the second finds what the first has installed.
exec 9>"${TMPDIR:-/tmp}/hivemind-chromium.lock"
flock 9
if find_chromium; then exit 0; fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >&2
apt-get install -y -qq --no-install-recommends chromium fonts-liberation >&2
find_chromium
