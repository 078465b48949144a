# shellcheck shell=bash
# While the store takes no bundle: what is kept instead, and what follows. A scenario sets $since before its first kill.
# shellcheck disable=SC2154  # of the library, and of the scenario

UNWRITTEN=$RUN_DIR/unwritten

# unwritten: the records that are kept for $BOX.
unwritten() { find "$UNWRITTEN/$RUNTIME-$BOX" -name '*.json' 2>/dev/null; }
has_unwritten() { [ "$(unwritten | wc -l)" = "$1" ]; }
told() { if has systemd; then journalctl -u headroomd --no-pager -o cat --since "$since"; else cat "$BY_HAND/headroomd.service.log"; fi; }
said() { told | grep -F "$1" >"$WORK/said"; }

die() {
  make_box 64M /loads/eat --go /data/go --size 200M "${PACE[@]}"
  start_box
  wait_armed
  see_processes
  go
  wait_box 30
  expect "exit status of $BOX" "$box_status" 137
}

# tells_kept WHY: what is known while there is no bundle.
tells_kept() {
  local victim="pid $box_pid eat"
  has kmsg || victim="unknown process"
  wait_for 10 "a record of $BOX in $UNWRITTEN" has_unwritten 1
  wait_for 5 "the journal tells what is known of $BOX" said "$BOX: a process was killed by the OOM killer (limit its own $LIMIT_FILE, 64 MiB"
  expect_text "what the journal says of $BOX" "$(cat "$WORK/said")" "victim $victim.*the bundle cannot be written: .*$1.*kept in $(unwritten)"
  expect "number of lines about it" "$(wc -l <"$WORK/said")" 1
  ask_why "$BOX"
  expect "exit status of headroom why $BOX" "$why_status" 0
  expect_json "$box_dir/why.json" '.cause == "limit-anon" and .confidence == "observed"'
  ! has kmsg || expect_json "$box_dir/why.json" '.victim.pid == $pid' --argjson pid "$box_pid"
  expect "bundle that why names" "$(jq -r .bundle "$box_dir/why.json")" "$(unwritten)"
}

# follows: the bundle, once there is room.
follows() {
  wait_for 45 "the bundle of $BOX is written once there is room" has_all_bundles 1
  wait_for 5 "the record of $BOX is gone" has_unwritten 0
  wait_bundle 1
  expect_verdict limit-anon observed
  check_live_smaps
  headroom bundle verify "$bundle" || fail "the bundle of $BOX is damaged"
}
has_all_bundles() { [ "$(count_bundles)" = "$1" ]; }
