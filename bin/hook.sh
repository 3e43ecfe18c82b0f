#!/bin/sh
# hook.sh AGENT EVENT: hands one hook payload (standard input) of a coding agent to the Hivemind daemon.
#
# Whatever happens it exits 0 and, but for the events that want context, prints nothing: a hook never hurts the agent.
# The payload goes to a spool file first. Events that only observe end there, as far as the agent can tell; a detached
# child posts the file and takes it away. What could not be posted stays in the spool, which the daemon drains:
#   in.AGENT.EVENT.PID[.N].part      still being written, or left by a hook that was killed
#   MS.AGENT.EVENT.NONCE.hook        whole; NONCE is the same on the socket, so that it is stored once
#   MS.AGENT.EVENT.NONCE.branch      the branch that it is for, where HIVEMIND_BRANCH says one
#   dropped                          a byte for each payload that was dropped because the spool was full
# While $home/paused is there nothing is read, kept or posted.
# In the part that the agent waits for every command is a fork that it pays for: builtins first.
#
# Environment: HIVEMIND_HOME (default ~/.hivemind), HIVEMIND_BIN (program that starts the daemon), HIVEMIND_BRANCH,
# HIVEMIND_SPOOL_KB and HIVEMIND_SPOOL_FILES (what the spool may hold).

# Bytes of a payload that are posted; more is posted as its first and last half, and kept whole in the spool till then.
CAP_BYTES=16777216
HALF_BYTES=8388608
# What the spool may hold, in KiB and in payloads: the oldest stay, what comes on top is dropped and counted.
SPOOL_KB=${HIVEMIND_SPOOL_KB:-524288}
SPOOL_FILES=${HIVEMIND_SPOOL_FILES:-20000}
# How long a tool call waits for a warning.
JUDGE_SECONDS=0.1
# How long a commit waits to be told whose work it is, where its workspace wants that in the message.
TRAILER_SECONDS=0.4
# A starter of the daemon, and a probe of a hung one, that is older than this is taken for dead.
STARTER_SECONDS=30
PROBE_SECONDS=10

# Sets word to the first 64 characters of $1 without those that are not letters, digits, _ or -; never empty.
clean() {
  word=$1
  if [ "${#word}" -gt 64 ]; then word=$(printf '%.64s' "$word"); fi
  while :; do
    case $word in
      *[!A-Za-z0-9_-]*) head=${word%%[!A-Za-z0-9_-]*} word=$head${word#"$head"?} ;;
      *) break ;;
    esac
  done
  word=${word:-unknown}
}

# Sets parent to the session in whose shell this agent was started, where that one's agent says so in the environment.
find_parent() {
  parent=''
  if [ "$agent" != claude-code ] && [ -n "${CLAUDE_CODE_SESSION_ID:-}" ]; then
    parent=claude-code:$CLAUDE_CODE_SESSION_ID
  elif [ "$agent" != codex ] && [ -n "${CODEX_THREAD_ID:-}" ]; then
    parent=codex:$CODEX_THREAD_ID
  elif [ "$agent" != gemini-cli ] && [ -n "${GEMINI_SESSION_ID:-}" ]; then
    parent=gemini-cli:$GEMINI_SESSION_ID
  fi
  case $parent in
    *[[:cntrl:]]*) parent='' ;;
  esac
}

# Leaves without a trace, but lets the agent finish writing first, so that it meets no broken pipe.
give_up() {
  [ -t 0 ] || cat >/dev/null 2>&1
  exit 0
}

set_paths() {
  home=${HIVEMIND_HOME:-${HOME:+$HOME/.hivemind}}
  if [ ! -d "$home" ]; then give_up; fi
  spool=$home/spool
  run=$home/run
  socket=$run/daemon.sock
  # A home too long for a socket name (108 bytes) keeps the socket elsewhere and says where.
  if [ -f "$run/socket-path" ]; then read -r socket 2>/dev/null <"$run/socket-path"; fi
}

# True while capture is paused on this machine: until the second that the file says, or (0) until somebody resumes.
is_paused() {
  [ -e "$home/paused" ] || return 1
  until=''
  read -r until 2>/dev/null <"$home/paused"
  case $until in
    '' | 0 | *[!0-9]*) return 0 ;;
  esac
  [ "$(date +%s)" -lt "$until" ]
}

# Sets nonce, without a fork where the kernel hands them out.
make_nonce() {
  nonce=''
  if [ -r /proc/sys/kernel/random/uuid ]; then read -r nonce </proc/sys/kernel/random/uuid; fi
  [ -n "$nonce" ] || nonce=$(od -An -N16 -tx1 /dev/urandom 2>/dev/null | tr -d ' \n')
  nonce=${nonce:-$$}
}

# post FILE SECONDS [QUERY]: prints the daemon's answer. -q and --noproxy keep ~/.curlrc and proxies out of it;
# an empty Expect header spares the pause that curl makes before it sends a megabyte or more.
post() {
  curl -q -s -f -m "$2" --noproxy '*' --unix-socket "$socket" -H 'content-type: application/octet-stream' \
    -H 'accept: text/plain' -H 'expect:' -H "x-hivemind-cwd: $here" -H "x-hivemind-branch: $branch" \
    -H "x-hivemind-parent: $parent" \
    --data-binary "@$1" "http://d/v1/op/capture.hook?agent=$agent&event=$event&delivery=$nonce${3:-}" 2>/dev/null
}

# Hands the rest to a child in a session of its own, which a kill of the agent's process group does not reach.
detach() {
  (
    if command -v setsid >/dev/null 2>&1; then exec setsid sh "$0" "$@"; fi
    exec sh "$0" "$@"
  ) </dev/null >/dev/null 2>&1 &
}

# The part that the agent waits for.
receive() {
  set_paths
  if is_paused; then give_up; fi
  clean "${1:-}"
  agent=$word
  clean "${2:-}"
  event=$word
  [ -t 0 ] && exit 0
  find_parent
  # Nothing is kept of what has not happened yet: a daemon that is away or slow has nothing to say.
  case $event in
    PreToolUse | preToolUse)
      ask - "$JUDGE_SECONDS" || give_up
      exit 0
      ;;
    prepare-commit-msg)
      ask - "$TRAILER_SECONDS" || give_up
      exit 0
      ;;
    # Cursor takes no context here, but holds the prompt back until it may go on.
    beforeSubmitPrompt) printf '{"continue":true}\n' ;;
  esac
  [ -d "$spool" ] || mkdir "$spool" 2>/dev/null
  # A link, or another user's folder: nothing is written into it.
  if [ -L "$spool" ] || [ ! -O "$spool" ]; then
    ask - 1 >/dev/null
    give_up
  fi

  part=$spool/in.$agent.$event.$$.part n=0
  while [ -e "$part" ]; do n=$((n + 1)) part=$spool/in.$agent.$event.$$.$n.part; done
  # A file that is not made here, or a link, is never written to (O_EXCL).
  set -C
  { cat >"$part"; } 2>/dev/null
  failed=$?
  set +C
  if [ "$failed" -ne 0 ]; then
    # Nothing was read if it could not be made: then the daemon may still take it. Half of a payload is of no use.
    if [ -e "$part" ]; then rm -f "$part"; else ask - 1 >/dev/null; fi
    give_up
  fi

  case $event in
    SessionStart | SubagentStart | UserPromptSubmit | BeforeAgent | sessionStart | userPromptSubmitted)
      if ask "$part" 1; then
        rm -f "$part" >/dev/null 2>&1 &
      else
        detach @deliver "$part" "$agent" "$event" "$nonce"
      fi
      ;;
    *) detach @deliver "$part" "$agent" "$event" ;;
  esac
}

# ask FILE SECONDS: prints the answer that the agent reads, and nothing while the daemon is known to hang.
ask() {
  make_nonce
  if [ ! -S "$socket" ] || [ -e "$run/hung" ]; then return 1; fi
  said=$(post "$1" "$2")
  code=$?
  # At once, so that the next hook does not wait as well; the probe takes it back if this was only slow. Whoever waits
  # for less than a second cannot tell slow from hung.
  if [ "$code" -eq 28 ] && [ "$2" = 1 ]; then true 2>/dev/null >"$run/hung"; fi
  if [ "$code" -eq 0 ] && [ -n "$said" ]; then printf '%s\n' "$said"; fi
  return "$code"
}

# Milliseconds since 1970; whole seconds where date knows no fraction.
set_now() {
  now_ms=$(date +%s%3N 2>/dev/null)
  case $now_ms in
    '' | *[!0-9]*) now_ms=$(date +%s)000 ;;
  esac
  now=${now_ms%???}
}

# take NAME SECONDS: true for one caller at a time, and again when the one before it is older than SECONDS.
take() {
  lock=$run/$1
  if [ -d "$lock" ]; then
    since=''
    read -r since 2>/dev/null <"$lock/at"
    if [ -z "$since" ]; then
      # It is just being made, or was left between two steps.
      [ -n "$(find "$lock" -prune -mmin +1 2>/dev/null)" ] || return 1
    elif [ $((now - since)) -le "$2" ]; then
      return 1
    fi
    mv "$lock" "$lock.$$" 2>/dev/null || return 1
    rm -rf "$lock.$$"
  fi
  mkdir "$lock" 2>/dev/null || return 1
  echo "$now" >"$lock/at"
}

# True when a daemon that hung answers again, or is gone (then it can be started anew). One question per 10 s.
has_recovered() {
  take probe "$PROBE_SECONDS" || return 1
  curl -q -s -o /dev/null -m 1 --noproxy '*' --unix-socket "$socket" -H 'content-type: application/json' \
    -d '{}' http://d/v1/op/daemon.status 2>/dev/null
  [ $? -ne 28 ] || return 1
  rm -rf "$run/hung" "$run/probe"
}

# The started daemon drains the spool by itself.
start_daemon() {
  program=${HIVEMIND_BIN:-$home/bin/hivemind}
  [ -x "$program" ] || return 0
  take starting "$STARTER_SECONDS" || return 0
  # Kept after a failure, so that a daemon that cannot start is not tried at every hook.
  "$program" daemon start && rm -rf "$run/starting"
}

# Posts the spooled $file; its code is curl's.
deliver_file() {
  size=$(wc -c <"$file")
  size=${size##* }
  if [ "$size" -gt "$CAP_BYTES" ]; then
    { head -c "$HALF_BYTES" "$file"; tail -c "$HALF_BYTES" "$file"; } | post - 5 "&at=$now_ms&bytes=$size"
  else
    post "$file" 5 "&at=$now_ms"
  fi
}

# Drops the payload that was just kept when the spool is full.
bound_spool() {
  size=$(du -sk "$spool" 2>/dev/null)
  size=${size%%[!0-9]*}
  set -- "$spool"/*.hook
  if [ "${size:-0}" -le "$SPOOL_KB" ] && [ $# -le "$SPOOL_FILES" ]; then return; fi
  rm -f "$file" "$name.branch"
  [ -L "$spool/dropped" ] || printf . >>"$spool/dropped"
}

# The detached part: @deliver PART AGENT EVENT [NONCE]
deliver() {
  set_paths
  agent=$2 event=$3 nonce=${4:-}
  [ -n "$nonce" ] || make_nonce
  set_now
  name=$spool/$now_ms.$agent.$event.$nonce
  file=$name.hook
  # Before the payload has its name: whoever drains the spool has to know where it belongs.
  if [ -n "$branch" ]; then printf '%s' "$branch" >"$name.branch"; fi
  mv "$1" "$file" || exit 0
  [ -d "$run" ] || mkdir "$run"

  if [ -e "$run/hung" ] && ! has_recovered; then
    bound_spool
    exit 0
  fi
  code=7
  if [ -S "$socket" ]; then
    deliver_file
    code=$?
  fi
  case $code in
    0) rm -f "$file" "$name.branch" ;;
    7) start_daemon ;;
    28) true >"$run/hung" ;;
  esac
  if [ "$code" -ne 0 ]; then bound_spool; fi
}

umask 077
LC_ALL=C
# Where the hook runs, for a payload that does not say; a line break would end the header.
here=$PWD
case $here in
  *[[:cntrl:]]*) here='' ;;
esac
branch=${HIVEMIND_BRANCH:-} parent=''
case $branch in
  *[[:cntrl:]]*) branch='' ;;
esac
trap 'exit 0' EXIT HUP INT TERM PIPE
case ${1:-} in
  @deliver) shift && deliver "$@" ;;
  *) receive "$@" ;;
esac
exit 0
