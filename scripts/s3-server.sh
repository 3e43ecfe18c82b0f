#!/bin/sh
# An S3 server for tests and trials: Ceph's RADOS Gateway (monitor, one object store daemon, gateway) without systemd.
#   s3-server.sh install            gets the packages; needs root and apt-get (Debian, Ubuntu)
#   s3-server.sh up   [DIR] [PORT]  starts it (or says where it runs already); the last line is its address
#   s3-server.sh down [DIR]         stops it; what it kept in memory is gone
#   s3-server.sh wipe [DIR]         stops it and takes DIR away
# DIR is $TMPDIR/hivemind-s3 unless given. It listens on 127.0.0.1 only: PORT (S3, 9080 unless given), PORT+1 (monitor),
# PORT+10 to PORT+29 (object store). Keys: S3_KEY and S3_SECRET, `testkey` and `testsecret` unless set.
# S3_STORE=bluestore keeps the objects in DIR over down and up; the default, memstore, keeps them in memory.
set -eu

programs='ceph ceph-mon ceph-osd monmaptool radosgw radosgw-admin'

has_programs() {
  for program in $programs; do
    command -v "$program" >/dev/null 2>&1 || return 1
  done
}

install() {
  if has_programs; then return 0; fi
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo 's3-server: ceph-mon, ceph-osd and radosgw are not installed, and only root on Debian or Ubuntu can get them here' >&2
    return 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2
  apt-get install -y -qq --no-install-recommends ceph-mon ceph-osd radosgw >&2
}

is_alive() {
  [ -s "$dir/run/$1.pid" ] && kill -0 "$(cat "$dir/run/$1.pid")" 2>/dev/null
}

# Only daemons of this very DIR are ended: a pid that has gone to somebody else does not name it.
is_ours() {
  pid=$(cat "$dir/run/$1.pid" 2>/dev/null) || return 1
  [ -n "$pid" ] || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "-c $dir/ceph.conf "
}

end() {
  is_ours "$1" || return 0
  # What memstore holds is lost anyway, so it need not end in good order.
  if [ "$store" = memstore ]; then kill -9 "$pid" 2>/dev/null || :; else kill "$pid" 2>/dev/null || :; fi
  for _ in $(seq 100); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null || :
}

down() {
  store=$(cat "$dir/store" 2>/dev/null || echo memstore)
  for daemon in rgw osd mon; do
    end "$daemon"
    rm -f "$dir/run/$daemon.pid"
  done
}

write_config() {
  # No mgr, no authentication, one copy of everything: a test server, reachable from this machine only.
  # - paxos: with the default interval a start takes 14 s instead of 3;
  # - osd crush/class update: the daemon's own update races its first exchange with the monitor ('wrong fsid', it aborts),
  #   so start() adds it to the map;
  # - tcp_nodelay: without it a small GET takes 44 ms instead of 2.
  cat >"$dir/ceph.conf" <<EOF
[global]
fsid = $fsid
mon host = v1:127.0.0.1:$((port + 1))
public network = 127.0.0.0/8
ms bind port min = $((port + 10))
ms bind port max = $((port + 29))
auth cluster required = none
auth service required = none
auth client required = none
keyring = $dir/keyring
run dir = $dir/run
log file = $dir/log/\$name.log
admin socket = $dir/run/\$name.asok
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
mon data avail crit = 1
mon data avail warn = 2
paxos propose interval = 0.05
paxos min wait = 0.01
[mon.a]
mon data = $dir/mon
[osd.0]
osd data = $dir/osd
osd objectstore = $store
osd memory target = 939524096
osd crush update on start = false
osd class update on start = false
bluestore block create = true
bluestore block size = 10737418240
memstore device bytes = 4294967296
[client.rgw]
rgw data = $dir/rgw
rgw frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw enable usage log = false
rgw enable ops log = false
EOF
}

make_fresh() {
  rm -rf "$dir"
  mkdir -p "$dir/mon" "$dir/osd" "$dir/rgw" "$dir/run" "$dir/log"
  : >"$dir/keyring"
  echo "$store" >"$dir/store"
  echo "$port" >"$dir/port"
  fsid=$(cat /proc/sys/kernel/random/uuid)
  write_config
  monmaptool --create --clobber --addv a "[v1:127.0.0.1:$((port + 1))]" --fsid "$fsid" "$dir/monmap" >/dev/null
  run_daemon ceph-mon -i a --mkfs --monmap "$dir/monmap" --keyring "$dir/keyring"
}

# As root the daemons would change to the user `ceph`, who may not enter DIR.
run_daemon() {
  program=$1
  shift
  if [ "$(id -u)" = 0 ]; then set -- "$@" --setuser root --setgroup root; fi
  "$program" -c "$dir/ceph.conf" "$@"
}

ask() {
  ceph -c "$dir/ceph.conf" --connect-timeout 10 "$@" 2>>"$dir/log/ask"
}

wait_for() {
  what=$1
  shift
  for _ in $(seq 150); do
    "$@" && return 0
    sleep 0.2
  done
  echo "s3-server: $what did not come up; see $dir/log" >&2
  return 1
}

# On a busy machine the monitor may not answer in time at first; to say either again changes nothing.
is_osd_new() { ask osd new "$uuid" 0 >/dev/null; }
is_osd_placed() { ask osd crush add osd.0 1 root=default host=localhost >/dev/null; }

is_osd_up() { ask osd stat | grep -q ' 1 up'; }
is_answering() {
  # Somebody else may have the port, and answer.
  is_ours rgw || return 1
  if command -v curl >/dev/null 2>&1; then
    curl -fsS --max-time 2 -o /dev/null "http://127.0.0.1:$port/" 2>/dev/null
  else
    node -e 'fetch(process.argv[1]).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))' "http://127.0.0.1:$port/"
  fi
}

start() {
  run_daemon ceph-mon -i a --pid-file "$dir/run/mon.pid"
  if [ "$fresh" = 1 ]; then
    uuid=$(cat /proc/sys/kernel/random/uuid)
    wait_for 'the monitor' is_osd_new
    run_daemon ceph-osd -i 0 --mkfs --osd-uuid "$uuid" >>"$dir/log/mkfs" 2>&1
    wait_for 'the monitor' is_osd_placed
  fi
  run_daemon ceph-osd -i 0 --pid-file "$dir/run/osd.pid" >>"$dir/log/osd.start" 2>&1
  wait_for 'the object store' is_osd_up
  run_daemon radosgw -n client.rgw --pid-file "$dir/run/rgw.pid"
  if [ "$fresh" = 1 ]; then
    radosgw-admin -c "$dir/ceph.conf" -n client.rgw user create --uid=test --display-name=test \
      --access-key="${S3_KEY:-testkey}" --secret-key="${S3_SECRET:-testsecret}" >>"$dir/log/user" 2>&1
  fi
  wait_for 'the gateway' is_answering
}

up() {
  if [ -e "$dir/ready" ] && is_alive rgw && is_alive osd && is_alive mon; then
    echo "http://127.0.0.1:$(cat "$dir/port")"
    return 0
  fi
  if ! has_programs; then
    echo "s3-server: not installed: $programs; try $0 install" >&2
    return 1
  fi
  down
  store=${S3_STORE:-memstore}
  fresh=1
  if [ "$store" = bluestore ] && [ -e "$dir/ready" ] && [ "$(cat "$dir/store")" = bluestore ]; then
    fresh=0
    port=$(cat "$dir/port")
  else
    make_fresh
  fi
  # A start that failed or was ended leaves nothing running.
  trap '[ "$?" = 0 ] || down' EXIT
  trap 'exit 1' HUP INT TERM
  start
  touch "$dir/ready"
  echo "http://127.0.0.1:$port"
}

action=${1:-}
dir=${2:-${TMPDIR:-/tmp}/hivemind-s3}
port=${3:-9080}
case $dir in
  /*) ;;
  *) dir=$PWD/$dir ;;
esac
case $action in
  install) install ;;
  up) up ;;
  down) down ;;
  wipe)
    down
    rm -rf "$dir"
    ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
