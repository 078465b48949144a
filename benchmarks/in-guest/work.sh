# shellcheck shell=bash disable=SC2016,SC2154  # jq has variables of its own; the library sets others
# Work done in a watched container against the same work in an unwatched one. The two of a pair run side by side, so
# that whatever else the machine does slows down both. The control is the same with two unwatched ones: what it says
# is noise.

WORK_PAIRS=${WORK_PAIRS:-7}

# choose_side SIDE: makes it the one that all functions speak of.
choose_side() {
  BOX=$job-$1-$number
  box_dir=$WORK/$BOX
}

# start_side SIDE WATCHED LIMIT COMMAND...: SIDE is a or b and has its own files, which its cgroup is charged for.
start_side() {
  local side=$1 watched=$2
  shift 2
  choose_side "$side"
  make_box "$@"
  edit_box '.mounts += [{destination: "/shared", type: "bind", source: $source, options: ["rbind", "rw"]}]' \
    --arg source "$WORK/shared-$side"
  [ "$watched" = yes ] || remove_hooks
  start_box
  [ "$watched" = no ] || wait_armed
}

# end_side SIDE: prints the work done.
end_side() {
  choose_side "$1"
  # shellcheck disable=SC2034  # for wait_for
  POLL_SECONDS=0.5
  wait_box 120 >/dev/null
  unset POLL_SECONDS
  expect "exit status of $BOX" "$box_status" 0
  cat "$box_dir/out"
}

# open_gate FILE: for both in one command, so that neither starts much before the other.
open_gate() { touch "$WORK/$job"-{a,b}-"$number/data/$1"; }

both_warm() { [ -e "$WORK/$job-a-$number/data/warm" ] && [ -e "$WORK/$job-b-$number/data/warm" ]; }

# A comparison of two runs that were both left alone would say nothing.
expect_wire_met() {
  grep -qE '^high [1-9]' "$cgroup/memory.events" || fail "the warm load has not met the wire: $(paste -sd' ' "$cgroup/memory.events")"
}

# run_sides A-WATCHED LIMIT COMMAND...: side a, watched or not, against side b, which is not.
run_sides() {
  local watched=$1
  shift
  # Whoever starts first has its files in place first: by turns.
  if ((number % 2)); then
    start_side a "$watched" "$@"
    start_side b no "$@"
  else
    start_side b no "$@"
    start_side a "$watched" "$@"
  fi
  open_gate go
  wait_for 60 "both loads are warm" both_warm
  [ "$watched" = no ] || expect_wire_met
  open_gate measure
  end_side a >>"$WORK/$job-ours"
  end_side b >>"$WORK/$job-theirs"
}

# measure_job NAME LIMIT COMMAND...
measure_job() {
  local name=$1
  shift
  for job in "$name-watched" "$name-control"; do
    for ((number = 1; number <= WORK_PAIRS; number++)); do
      run_sides "$([ "$job" = "$name-watched" ] && echo yes || echo no)" "$@"
    done
    compare "work, $job" "$WORK/$job-ours" "$WORK/$job-theirs"
    paste -d/ "$WORK/$job-ours" "$WORK/$job-theirs" | paste -sd' ' | sed "s|^|work, $job, pairs: |"
  done
}

measure_work() {
  local side
  for side in a b; do
    mkdir -p "$WORK/shared-$side"
    dd if=/dev/zero of="$WORK/shared-$side/hot" bs=1M count=124 oflag=direct status=none
    dd if=/dev/zero of="$WORK/shared-$side/input" bs=1M count=300 oflag=direct status=none
  done
  measure_job hot-file 128M /loads/hotfile /shared/hot 8
  measure_job cache-stream 64M /loads/cachestream /shared/input /shared/output 8
}
