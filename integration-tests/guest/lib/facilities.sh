# shellcheck shell=bash disable=SC2154
# Hosts that lack one of the things that Headroom uses. The driver takes it away around the scenarios that ask for it
# (guest/take-away), tells them which in $WITHOUT, and starts each of them so that it, its containers' hooks and the
# commands that it types have it as little as headroomd has.

WITHOUT=${WITHOUT:-}

# has FACILITY: whether this host has it.
has() { [ "$WITHOUT" != "$1" ]; }

# What pretends that cgroups have no memory.events.local, to the command behind it. It is no child of ours that the
# command would not expect (-D).
NO_LOCAL_EVENTS=(strace -D -f --seccomp-bpf -qq -o /dev/null -P memory.events.local
  -e "inject=openat,openat2,faccessat,faccessat2,access:error=ENOENT")

# use_lacking_hook: the hook that containers name is one that has no memory.events.local.
use_lacking_hook() {
  [ "$WITHOUT" = events_local ] || return 0
  printf '#!/bin/sh\nexec %s %s "$@"\n' "${NO_LOCAL_EVENTS[*]}" "$HOOK" >"$WORK/hook"
  chmod +x "$WORK/hook"
  HOOK=$WORK/hook
}

# row_of SECTION-PATTERN: what the manifest of $bundle says of the first such section.
row_of() {
  jq -r --arg name "^$1\$" '[.sections[] | select(.section | test($name))][0] | "\(.outcome): \(.reason)"' "$bundle/manifest.json"
}

# expect_missing SECTION-PATTERN REASON-PATTERN: a row that says why; the file is not there.
expect_missing() {
  local row
  row=$(row_of "$1")
  step "$1 $row"
  expect_text "the row of $1 in $bundle/manifest.json" "$row" "^unavailable: .*($2)"
  [ ! -e "$bundle/$1" ] || fail "$bundle/$1: found a file, expected none"
}

# expect_lack_told: the manifest of $bundle has the row that this host's lack leads to. Nothing that is kept comes from
# systemd or by pidfd_open alone.
expect_lack_told() {
  case $WITHOUT in
    tracefs) expect_missing kernel/signals.json . ;;
    kmsg) expect_missing kernel/oom.log . ;;
    psi) expect_missing host/pressure/memory . ;;
    openat2) expect_missing before/shm.json . ;;
    events_local) expect_missing 'cgroup/.*memory.events.local' . ;;
  esac
}
