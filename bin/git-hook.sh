#!/bin/sh
# git-hook.sh HOOK [ARG…]: tells Hivemind what git has just done; called by the hooks that `hivemind git install` writes.
#
# Whatever happens it exits 0 and prints nothing: a commit is never refused, and costs no more than this shell and one
# fork. What has to be read at once (where HEAD is) is read by builtins; the rest is done by a child that git does not
# wait for, which hands it to hook.sh, and so to the daemon or to the spool. The daemon asks git for the commit itself.
# Only where the workspace wants trailers (the file hivemind-trailers in the repository's directory) git waits for an
# answer, and no longer than hook.sh does.
#
# The payload: fields NAME=VALUE, each ended by a NUL, because a path may hold anything else.

LC_ALL=C

# Sets git_dir, common and is_rebasing.
find_repository() {
  git_dir=${GIT_DIR:-.git}
  if [ -f "$git_dir" ]; then
    IFS= read -r git_dir <"$git_dir"
    git_dir=${git_dir#gitdir: }
  fi
  [ -d "$git_dir" ] || exit 0
  common=$git_dir
  if [ -f "$git_dir/commondir" ]; then
    IFS= read -r common <"$git_dir/commondir"
    case $common in
      /*) ;;
      *) common=$git_dir/$common ;;
    esac
  fi
  is_rebasing=''
  if [ -d "$git_dir/rebase-merge" ] || [ -d "$git_dir/rebase-apply" ]; then is_rebasing=1; fi
}

# Sets head (a commit; empty where it is not to be had so quickly) and ref (empty when HEAD is detached).
read_head() {
  head='' ref=''
  if [ -f "$git_dir/HEAD" ]; then IFS= read -r head <"$git_dir/HEAD"; fi
  case $head in
    'ref: '*)
      ref=${head#ref: }
      head=''
      if [ -f "$common/$ref" ]; then IFS= read -r head <"$common/$ref"; fi
      ;;
  esac
  picked=''
  if [ -f "$git_dir/CHERRY_PICK_HEAD" ]; then IFS= read -r picked <"$git_dir/CHERRY_PICK_HEAD"; fi
}

# The fields that every hook has; its arguments follow as arg.
write_payload() {
  printf 'hivemind-git=1\0hook=%s\0cwd=%s\0dir=%s\0head=%s\0ref=%s\0picked=%s\0index=%s\0' \
    "$hook" "$PWD" "$git_dir" "$head" "$ref" "$picked" "${GIT_INDEX_FILE:-}"
  printf 'session.claude-code=%s\0session.codex=%s\0session.gemini-cli=%s\0' \
    "${CLAUDE_CODE_SESSION_ID:-}" "${CODEX_THREAD_ID:-}" "${GEMINI_SESSION_ID:-}"
  for argument; do printf 'arg=%s\0' "$argument"; done
}

# What a rewrite replaced, a line OLD NEW for each. Git has it in a file, too, which is ours alone: a hook before this
# one may have read standard input already.
write_pairs() {
  printf 'onto=%s\0pairs=' "$onto"
  last=''
  if [ "$1" = amend ] && [ -f "$git_dir/logs/HEAD" ]; then last=$(tail -n 1 "$git_dir/logs/HEAD"); fi
  case $last in
    *' '"$head"' '*) printf '%s\n' "${last%% *} $head" ;;
    *) cat <&3 ;;
  esac
  printf '\0'
}

# Sets onto, where a rebase began. Where standard input is the terminal there is nothing to read, and nobody ends it.
open_pairs() {
  if [ "$1" = rebase ] && [ -f "$git_dir/rebase-merge/rewritten-list" ]; then
    exec 3<"$git_dir/rebase-merge/rewritten-list"
    IFS= read -r onto <"$git_dir/rebase-merge/onto"
  elif [ "$1" = rebase ] && [ -f "$git_dir/rebase-apply/rewritten" ]; then
    exec 3<"$git_dir/rebase-apply/rewritten"
    IFS= read -r onto <"$git_dir/rebase-apply/onto"
  elif [ -t 0 ]; then
    exec 3</dev/null
  else
    exec 3<&0
  fi
}

# The child that git does not wait for. What it starts must not take this repository for its own.
tell() {
  (
    trap '' HUP INT TERM
    unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX GIT_OBJECT_DIRECTORY GIT_COMMON_DIR GIT_NAMESPACE
    {
      write_payload "$@"
      if [ "$hook" = post-rewrite ]; then write_pairs "$1"; fi
    } | sh "$shim" git "$hook"
  ) </dev/null >/dev/null 2>&1 &
}

# True where a message stands already, so that a trailer does not turn an abandoned commit into one with a message.
has_message() {
  case ${2:-} in
    message | merge | squash | commit) ;;
    *) return 1 ;;
  esac
  [ -f "$common/hivemind-trailers" ] || return 1
  # What a rebase picks has its trailers; what it melts together has to get those of all its parts.
  [ -z "$is_rebasing" ] || [ -f "$git_dir/rebase-merge/current-fixups" ]
}

# Writes the sessions that the daemon names into the message, each once, as the last of its lines.
add_trailers() {
  message=$1
  sessions=$(write_payload "$@" | sh "$shim" git prepare-commit-msg 2>/dev/null)
  set --
  for session in $sessions; do
    case ${session#ses_} in
      "$session" | '' | *[!0-9a-f]*) continue ;;
    esac
    set -- "$@" --trailer "Hivemind-Session: $session"
  done
  [ $# -gt 0 ] || return 0
  made=$git_dir/hivemind-message.$$
  # Copied back, and not put in its place: whoever wrote it may have given it rights of its own.
  if sed '/^Hivemind-Session: ses_[0-9a-f]*$/d' "$message" >"$made" &&
    git interpret-trailers --in-place --no-divider --if-exists addIfDifferent "$@" "$made"; then
    [ -s "$made" ] && cat "$made" >"$message"
  fi
  rm -f "$made"
}

hook=${1:-}
[ $# -gt 0 ] && shift
home=${HIVEMIND_HOME:-${HOME:+$HOME/.hivemind}}
[ -n "$home" ] && [ -d "$home" ] || exit 0
shim=${0%/*}/hook.sh
trap 'exit 0' HUP INT TERM PIPE
find_repository
case $hook in
  prepare-commit-msg)
    has_message "$@" || exit 0
    # A manager that cannot hand over the path: of what is typed or amended the message is always there.
    if [ "$1" = - ]; then
      [ "$2" != merge ] || exit 0
      shift
      set -- "$git_dir/COMMIT_EDITMSG" "$@"
    fi
    read_head
    add_trailers "$@" >/dev/null 2>&1
    ;;
  # A rebase tells at its end what became of which commit.
  post-commit) [ -n "$is_rebasing" ] || { read_head && tell "$@"; } ;;
  post-checkout)
    if [ "${3:-}" = 1 ] && [ -z "$is_rebasing" ]; then read_head && tell "$@"; fi
    ;;
  post-merge) read_head && tell "$@" ;;
  post-rewrite)
    if [ "${1:-}" = rebase ] || [ -z "$is_rebasing" ]; then
      onto=''
      read_head
      open_pairs "${1:-}"
      tell "$@"
    fi
    ;;
esac
exit 0
