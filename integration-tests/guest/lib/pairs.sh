# shellcheck shell=bash disable=SC2154
# Work done under the supervisor against work done without it. The two runs of a pair go side by side, with a
# processor each: what else the machine does at that moment slows down both.

PAIRS=5
MORE_PAIRS=4 # for a noisy machine: a ratio that is too low has to stay too low

# choose_run KIND NUMBER: makes that container the one that all functions speak of.
choose_run() {
  BOX=$SCENARIO-$RUNTIME-$1-$2
  box_dir=$WORK/$BOX
  # shellcheck disable=SC2034  # of the library
  box_pid=$(cat "$box_dir/pid" 2>/dev/null || true)
}

# start_run KIND NUMBER LIMIT COMMAND...: KIND is watched or unwatched.
start_run() {
  local kind=$1 number=$2
  shift 2
  choose_run "$kind" "$number"
  make_box "$@"
  mkdir -p "$WORK/shared-$kind"
  edit_box '.mounts += [{destination: "/shared", type: "bind", source: $source, options: ["rbind", "rw"]}]' \
    --arg source "$WORK/shared-$kind"
  [ "$kind" = watched ] || remove_hooks
  start_box
}

# end_run KIND NUMBER: prints the work done.
end_run() {
  choose_run "$@"
  wait_box 90
  expect "exit status of $BOX" "$box_status" 0
  expect_text "what $BOX printed" "$(cat "$box_dir/out")" '^[0-9]+$'
}

# both NUMBER FILE: one command, so that neither starts much before the other.
both() { touch "$WORK/$SCENARIO-$RUNTIME"-{watched,unwatched}-"$1/data/$2"; }

# What wakes the supervisor: the wire, and on v1 the last threshold below the limit.
met_wire() {
  if on_v1; then
    (($(cat "$cgroup/memory.max_usage_in_bytes") * 100 >= $(cat "$cgroup/memory.limit_in_bytes") * 95)) # the second of three thresholds
  else
    grep -qE '^high [1-9]' "$cgroup/memory.events"
  fi
}

both_warm() {
  local kind
  for kind in watched unwatched; do
    [ -e "$WORK/$SCENARIO-$RUNTIME-$kind-$1/data/warm" ] || return 1
  done
}

# run_pair NUMBER LIMIT COMMAND...: adds "ratio watched unwatched" to $WORK/pairs.
run_pair() {
  local number=$1
  shift
  start_run unwatched "$number" "$@"
  start_run watched "$number" "$@"
  wait_armed
  both "$number" go
  wait_for 60 "both loads are warm" both_warm "$number"
  # Without this the comparison could be one of two runs that were both left alone.
  met_wire || fail "the warm load has not met the wire: $(paste -sd' ' "$cgroup/$KILLS_FILE")"
  both "$number" measure
  # shellcheck disable=SC2034  # for wait_for
  POLL_SECONDS=0.5
  end_run watched "$number"
  end_run unwatched "$number"
  unset POLL_SECONDS
  paste "$WORK/$SCENARIO-$RUNTIME"-{watched,unwatched}-"$number/out" |
    awk '{ printf "%.3f %s %s\n", $1 / $2, $1, $2 }' >>"$WORK/pairs"
}

median_ratio() { sort -n "$WORK/pairs" | awk '{ row[NR] = $1 } END { printf "%.3f", (row[int((NR + 1) / 2)] + row[int(NR / 2) + 1]) / 2 }'; }
ratio_at_least() { awk -v a="$(median_ratio)" -v b="$1" 'BEGIN { exit !(a >= b) }'; }

# expect_ratio LEAST LIMIT COMMAND...: the median of the pairs' ratios.
expect_ratio() {
  local least=$1 number
  shift
  for ((number = 1; number <= PAIRS + MORE_PAIRS; number++)); do
    run_pair "$number" "$@"
    if ((number >= PAIRS)) && ratio_at_least "$least"; then break; fi
  done
  printf 'MEASURED: %s of the work of unwatched runs; pairs: %s\n' "$(median_ratio)" "$(cut -d' ' -f1 "$WORK/pairs" | paste -sd' ')"
  ratio_at_least "$least" || fail "work done while watched: found a ratio of $(median_ratio), expected at least $least"
}

# expect_unreported: not one of the watched runs left a bundle.
expect_unreported() {
  local dir
  for dir in "$WORK/$SCENARIO-$RUNTIME-watched"-*/; do
    choose_run watched "$(basename "${dir##*-}")"
    wait_forgotten
    expect "bundles of $BOX, which was not killed" "$(bundles)" ""
  done
}
