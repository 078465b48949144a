# shellcheck shell=bash disable=SC2154
# Hosts that lack one of the things that Headroom uses. The driver takes it away around the scenarios that ask for it
# (guest/take-away), tells them which in $WITHOUT, and starts each of them so that it, its containers' hooks and the
# commands that it types have it as little as headroomd has.

WITHOUT=${WITHOUT:-}

# has FACILITY: whether this host has it.
has() { [ "$WITHOUT" != "$1" ]; }

# What pretends that cgroups have no memory.events.local: to programs, by being loaded into them; to the hook, which is
# static, by following it. It is no child of the runtime that this one would not expect (-D).
# shellcheck disable=SC2034  # of those who source this
NO_LOCAL_EVENTS=/root/loads/no_local_events.so
HOOK_WITHOUT_LOCAL_EVENTS='strace -D -f --seccomp-bpf -qq -o /dev/null -P memory.events.local
  -e inject=openat,openat2:error=ENOENT'

# use_lacking_hook: the hook that containers name is one that has no memory.events.local.
use_lacking_hook() {
  [ "$WITHOUT" = events_local ] || return 0
  printf '#!/bin/sh\nexec %s %s "$@"\n' "${HOOK_WITHOUT_LOCAL_EVENTS//$'\n'/}" "$HOOK" >"$WORK/hook"
  chmod +x "$WORK/hook"
  HOOK=$WORK/hook
}

# rows_of SECTION-PATTERN: what the manifest of $bundle says of such sections, "outcome: reason" a line.
rows_of() {
  jq -r --arg name "^$1\$" '.sections[] | select(.section | test($name)) | "\(.outcome): \(.reason)"' "$bundle/manifest.json"
}

# expect_missing SECTION-PATTERN REASON-PATTERN: a row that says why, for a person; there is no such file.
expect_missing() {
  local rows
  rows=$(rows_of "$1")
  step "$1 $rows"
  grep -qE "^unavailable: .*($2)" <<<"$rows" ||
    fail "the rows of $1 in $bundle/manifest.json: found '$rows', expected an unavailable one whose reason has '$2'"
  expect "what the manifest says is there of $1" "$(grep -E '^(complete|partial):' <<<"$rows" || true)" ""
}

# expect_lack_told: the manifest of $bundle has the row that this host's lack leads to. Without pidfd_open nothing is
# missing, and self.json says how it went.
expect_lack_told() {
  local watched=yes
  # Of what nobody watched, nothing was looked at that lives with the container.
  [ "$(jq -r .confidence "$bundle/incident.json")" != inferred ] || watched=no
  case $WITHOUT-$watched in
    tracefs-*) expect_missing kernel/signals.json 'is no tracefs' ;;
    kmsg-*) expect_missing kernel/oom.log '/dev/kmsg' ;;
    systemd-*) expect_missing host/unit.log 'systemd does not run' ;;
    pidfd_open-*) expect_json "$bundle/self.json" '.pidfd_open == false' ;;
    psi-*) expect_missing host/pressure/memory 'psi=1' ;;
    # Of one that was not photographed there is another reason.
    openat2-yes) [ ! -e "$bundle/before/snapshot.json" ] || expect_missing before/shm.json 'openat2' ;;
    events_local-yes) expect_missing 'cgroup/.*memory.events.local' 'since Linux 5.2' ;;
  esac
}
