# shellcheck shell=bash disable=SC2154
# Work done under the supervisor against work done without it, in alternating runs of the same container.

PAIRS=3
MORE_PAIRS=4 # for a noisy machine: a ratio that is too low has to stay too low

# run_once KIND NUMBER LIMIT COMMAND...: KIND is watched or unwatched. Prints what the load printed.
run_once() {
  local kind=$1 number=$2
  shift 2
  BOX=$SCENARIO-$RUNTIME-$kind-$number
  make_box "$@"
  edit_box '.mounts += [{destination: "/shared", type: "bind", source: $source, options: ["rbind", "rw"]}]' \
    --arg source "$WORK/shared"
  [ "$kind" = watched ] || remove_hooks
  start_box
  if [ "$kind" = watched ]; then wait_armed; fi
  go
  # Without this the comparison could be one of two unwatched runs.
  if [ "$kind" = watched ]; then wait_for 30 "the load has met the wire: $cgroup/memory.events counts high" met_wire; fi
  wait_box 60
  expect "exit status of $BOX" "$box_status" 0
  expect_text "what $BOX printed" "$(cat "$box_dir/out")" '^[0-9]+$'
  cat "$box_dir/out" >>"$WORK/$kind"
}

met_wire() { box_ended || grep -qE '^high [1-9]' "$cgroup/memory.events"; }

median() { sort -n "$WORK/$1" | awk '{ row[NR] = $1 } END { print (row[int((NR + 1) / 2)] + row[int(NR / 2) + 1]) / 2 }'; }

ratio() { awk -v a="$(median watched)" -v b="$(median unwatched)" 'BEGIN { printf "%.3f", a / b }'; }

ratio_at_least() { awk -v a="$(ratio)" -v b="$1" 'BEGIN { exit !(a >= b) }'; }

# run_pair NUMBER LIMIT COMMAND...: which one goes first alternates, as machines drift.
run_pair() {
  local number=$1 first=watched second=unwatched
  shift
  if ((number % 2 == 0)); then first=unwatched second=watched; fi
  run_once "$first" "$number" "$@"
  run_once "$second" "$number" "$@"
}

# expect_ratio LEAST LIMIT COMMAND...: medians of watched and unwatched runs.
expect_ratio() {
  local least=$1 number
  shift
  for ((number = 1; number <= PAIRS + MORE_PAIRS; number++)); do
    run_pair "$number" "$@"
    if ((number >= PAIRS)) && ratio_at_least "$least"; then break; fi
  done
  printf 'MEASURED: %s of the work of unwatched runs (watched %s; unwatched %s)\n' "$(ratio)" \
    "$(paste -sd' ' "$WORK/watched")" "$(paste -sd' ' "$WORK/unwatched")"
  ratio_at_least "$least" || fail "work done while watched: found a ratio of $(ratio), expected at least $least"
}

# expect_unreported: not one of the watched runs left a bundle.
expect_unreported() {
  for BOX in $(cd "$WORK" && ls -d "$SCENARIO-$RUNTIME-watched"-*); do
    wait_forgotten
    expect "bundles of $BOX, which was not killed" "$(bundles)" ""
  done
}
