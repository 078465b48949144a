# shellcheck shell=bash disable=SC2154,SC2034
# Bundles, verdicts, and what the kernel itself says about a kill.

STORE=/var/lib/headroom/bundles
CLOCKS=(/root/loads/clocks)
has kmsg || CLOCKS+=(/dev/kmsg.taken)

# What the functions find out.
bundle='' why_status='' victim_pid='' victim_kb='' killed_boot_ns=''
boot_less_log='' wall_less_boot=''

# bundles: of this container, a path a line, oldest first. Beside them is what commands wrote before kills.
bundles() {
  local dir
  for dir in "$STORE/$RUNTIME-$BOX"/[0-9]*/; do
    [ ! -d "$dir" ] || printf '%s\n' "${dir%/}"
  done
}

count_bundles() { bundles | wc -l; }
has_bundles() { [ "$(count_bundles)" -ge "$1" ]; }

# wait_bundle [COUNT]: until there are so many; $bundle is the newest.
wait_bundle() {
  wait_for 20 "bundle number ${1:-1} of $BOX in $STORE" has_bundles "${1:-1}"
  bundle=$(bundles | tail -n 1)
  step "bundle $bundle"
  expect_lack_told
}

# expect_no_oom_bundle: none that claims an OOM kill.
expect_no_oom_bundle() {
  local claimed
  claimed=$(bundles | grep -E -- '-(oom-kill|group-kill)-' || true)
  expect "bundles of $BOX that claim an OOM kill" "$claimed" ""
}

# ask_why ARGUMENT...: `headroom why`; verdict in $box_dir/why.json and why.txt, exit status in $why_status.
ask_why() {
  why_status=0
  headroom why --json "$@" >"$box_dir/why.json" 2>"$box_dir/why.err" || why_status=$?
  headroom why "$@" >"$box_dir/why.txt" 2>&1 || true
}

# expect_verdict CAUSE CONFIDENCE: of $bundle.
expect_verdict() {
  ask_why "$bundle"
  expect "exit status of headroom why $bundle, which said $(cat "$box_dir/why.err")" "$why_status" 0
  expect "cause in headroom why --json $bundle" "$(jq -r .cause "$box_dir/why.json")" "$1"
  expect "confidence in headroom why --json $bundle" "$(jq -r .confidence "$box_dir/why.json")" "$2"
  expect_json "$bundle/summary.json" '.cause == $cause' --arg cause "$1"
}

# read_kernel_victim: from the kernel's log, not from ours: the last kill in the container's cgroup or below it.
# Sets victim_pid, victim_kb (anon + file + shmem) and killed_boot_ns (on the boot clock).
read_kernel_victim() {
  local line path stamp
  dmesg >"$WORK/dmesg"
  path=${cgroup#"$CGROUP_ROOT"}
  line=$(grep -F -e "task_memcg=$path," -e "task_memcg=$path/" "$WORK/dmesg" | grep 'oom-kill:' | tail -n 1 || true)
  [ -n "$line" ] || fail "the kernel's log has no kill in $path; its last lines: $(tail -n 3 "$WORK/dmesg")"
  victim_pid=$(sed -E 's/.*,pid=([0-9]+),uid=.*/\1/' <<<"$line")
  line=$(grep -E "Killed process $victim_pid \(" "$WORK/dmesg" | tail -n 1)
  victim_kb=$(sed -E 's/.*anon-rss:([0-9]+)kB, file-rss:([0-9]+)kB, shmem-rss:([0-9]+)kB.*/\1 \2 \3/' <<<"$line" | awk '{ print $1 + $2 + $3 }')
  stamp=$(sed -E 's/^\[ *([0-9.]+)\].*/\1/' <<<"$line")
  read_clocks
  killed_boot_ns=$(awk -v at="$stamp" -v less="$boot_less_log" 'BEGIN { printf "%.0f", at * 1e9 + less }')
  step "kernel: killed pid $victim_pid of $victim_kb kB at $stamp, its log being $((boot_less_log / 1000)) us behind"
}

# expect_victim IS_INIT: in the verdict that was asked for last. Without the kernel's log nobody has told whom it chose, and
# the verdict says so.
expect_victim() {
  if has kmsg; then
    expect_json "$box_dir/why.json" '.victim.pid == $pid and .victim.is_init == $init' --argjson pid "$victim_pid" --argjson init "$1"
  else
    expect_json "$box_dir/why.json" '.victim.pid == null and any(.statements[]; .label == "victim" and (.text | startswith("unknown")))'
    expect_json "$box_dir/why.json" 'any(.statements[]; .label == "note" and (.text | contains("/dev/kmsg")))'
  fi
}

# check_log_clock: what $bundle says of the log's clock against what was measured here. It may be too large by the time
# that the supervisor took to read a record.
check_log_clock() {
  local lag_ms
  lag_ms=$(jq -r '.log_clock_lag_us / 1000 | round' "$bundle/incident.json" 2>&1)
  step "the bundle has the kernel's log $lag_ms ms behind"
  expect_number "log_clock_lag_us of $bundle/incident.json, in ms" "$lag_ms" -ge $((boot_less_log / 1000000 - 10))
  expect_number "log_clock_lag_us of $bundle/incident.json, in ms" "$lag_ms" -le $((boot_less_log / 1000000 + 1000))
}

# read_clocks: the distances between the clocks, in nanoseconds, measured by a line of our own in the kernel's log.
# Its clock may stand still for a tick (4 ms here), so that the least of three is taken.
read_clocks() {
  local log boot wall tries
  boot_less_log=''
  for ((tries = 0; tries < 3; tries++)); do
    read -r log boot wall < <(timeout 10 "${CLOCKS[@]}") || fail "${CLOCKS[*]}: cannot compare the clocks"
    if [ -z "$boot_less_log" ] || [ $((boot - log)) -lt "$boot_less_log" ]; then boot_less_log=$((boot - log)); fi
    wall_less_boot=$((wall - boot))
  done
}

# check_live_smaps [SECONDS]: $bundle has the kernel's victim's smaps, taken alive: the same process, at most so
# many seconds before the kill, with at least 80 % of the memory that the kernel says it had.
check_live_smaps() {
  local smaps age_ms kb ticks
  read_kernel_victim
  ! has kmsg || expect_json "$bundle/kernel/oom.json" 'any(.events[].victims[]; .pid == $pid)' --argjson pid "$victim_pid"
  ticks=$(awk -v pid="$victim_pid" '$1 == pid { print $2 }' "$box_dir/seen")
  expect_json "$bundle/before/processes.json" 'any(.processes[]; .pid == $pid and .start_ticks == $ticks)' \
    --argjson pid "$victim_pid" --argjson ticks "${ticks:-null}"
  smaps=before/smaps/$victim_pid
  expect_file "$bundle/$smaps"
  kb=$(awk '$1 == "Rss:" { sum += $2 } END { print sum + 0 }' "$bundle/$smaps")
  expect_number "Rss in $bundle/$smaps, in kB, against the kernel's $victim_kb" "$kb" -ge $((victim_kb * 80 / 100))
  expect_json "$bundle/manifest.json" 'any(.sections[]; .section == $name and .outcome == "complete")' --arg name "$smaps"
  age_ms=$(snapshot_age_ms "$smaps")
  step "smaps of the victim: $kb kB, $age_ms ms before the kill"
  expect_number "age of $smaps at the kill, in ms" "$age_ms" -ge -20
  expect_number "age of $smaps at the kill, in ms" "$age_ms" -le $((${1:-2} * 1000))
  ! has kmsg || check_log_clock
}

# snapshot_age_ms SECTION: how long before the kill it was captured, both on the boot clock.
snapshot_age_ms() {
  jq -r --arg name "$1" --argjson at "$killed_boot_ns" \
    '(.sections[] | select(.section == $name) | .captured_boot_ns) as $ns | ($at - $ns) / 1e6 | round' "$bundle/manifest.json"
}
