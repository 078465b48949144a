# shellcheck shell=bash disable=SC2154  # of the library
# Work done in a watched container against the same work in an unwatched one. The two of a pair run side by side, so
# that whatever else the machine does slows down both. The control is the same with two unwatched ones: what it says
# is noise.

PAIRS=${PAIRS:-7}

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
  wait_box 120 >/dev/null
  expect "exit status of $BOX" "$box_status" 0
  cat "$box_dir/out"
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
  touch "$WORK/$job-a-$number/data/go" "$WORK/$job-b-$number/data/go"
  [ "$watched" = no ] || expect_wire_met
  end_side a >>"$WORK/$job-ours"
  end_side b >>"$WORK/$job-theirs"
}

# A comparison of two runs that were both left alone would say nothing.
expect_wire_met() {
  choose_side a
  wait_for 60 "the load has met the wire: high in $cgroup/memory.events" met_wire
}

# measure_job NAME LIMIT COMMAND...
measure_job() {
  local name=$1
  shift
  for job in "$name-watched" "$name-control"; do
    for ((number = 1; number <= PAIRS; number++)); do
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
  measure_job hot-file 128M /loads/hotfile --go /data/go /shared/hot 5
  measure_job cache-stream 64M /loads/cachestream --go /data/go /shared/input /shared/output 5
}
