# shellcheck shell=bash disable=SC2154
# The supervisor that the hook starts for want of one, and its guardian. For scenarios that run alone.

holder() { cat "$RUN_DIR/headroomd.lock"; }
is_held() { ! flock --nonblock "$RUN_DIR/headroomd.lock" true; }
is_free() { flock --nonblock "$RUN_DIR/headroomd.lock" true; }
guardian() { pgrep -x headroom-guardi; }
no_guardian() { ! guardian >/dev/null; }

# never_started: as on a host where nobody has started or stopped headroomd since its boot.
never_started() {
  wait_for 60 "no supervisor runs" is_free
  wait_for 60 "nor a guardian" no_guardian
  rm -f "$RUN_DIR/stopped"
}

# thread_field PID FIELD: of every thread's status, once each.
thread_field() { sed -n "s/^$2:\t//p" "/proc/$1/task/"*/status | sort -u; }

# session PID: field 6 of its stat; the name before may hold anything.
session() { sed 's/.*) //' "/proc/$1/stat" | cut -d' ' -f4; }

# expect_nothing_inherited PID [INPUT]: of a runtime of ours, which has $box_dir/out and err open and a variable in its
# environment. INPUT is what it has for its standard input, other than /dev/null.
expect_nothing_inherited() {
  local fds
  expect_not "session of process $1" "$(session "$1")" "$(session $$)"
  # One that is closed while find looks at it is not inherited; of a process that is gone there is no 0.
  fds=$(find "/proc/$1/fd" -type l -printf '%f -> %l\n' 2>/dev/null || true)
  expect_text "descriptors of process $1" "$fds" "(^|[^0-9])0 -> ${2:-/dev/null}"
  expect_no_text "descriptors of process $1" "$fds" "$WORK|pipe:"
  expect_no_text "environment of process $1" "$(tr '\0' ' ' <"/proc/$1/environ")" 'OF_THE_RUNTIME'
  expect "working directory of process $1" "$(readlink "/proc/$1/cwd")" /
}
