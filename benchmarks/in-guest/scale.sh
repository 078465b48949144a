# shellcheck shell=bash disable=SC2016,SC2154  # jq has variables of its own; the library sets others
# What headroomd costs a host with many containers: a cgroup of its own with a sleeping process each, enrolled by the
# hook. Then many kills at once. Against conmon, which Podman keeps for each container.

SCALE_COUNTS=${SCALE_COUNTS:-10 100 1000}
SCALE_IDLE=${SCALE_IDLE:-60} # seconds
SCALE_KILLS=${SCALE_KILLS:-200}
SCALE_PATIENCE=${SCALE_PATIENCE:-900} # seconds, for all bundles

scale_root=$CGROUP_ROOT/headroom-scale
scale_bundle=$WORK/scale-bundle

# enrol_process NAME LIMIT COMMAND...: in a cgroup of its own. No runtime: a thousand of its starts would take an hour here.
enrol_process() {
  local dir=$scale_root/$1 pid
  mkdir "$dir"
  printf '%s\n' "$2" >"$dir/memory.max"
  "${@:3}" </dev/null >/dev/null 2>&1 &
  pid=$!
  disown "$pid"
  printf '%s\n' "$pid" >"$dir/cgroup.procs"
  printf '{"ociVersion":"1.0.2","id":"%s","status":"creating","pid":%s,"bundle":"%s","annotations":{}}\n' "$1" "$pid" "$scale_bundle" |
    "$HOOK" createRuntime 2>>"$WORK/scale-hook" || fail "hook for $1: $(tail -n 3 "$WORK/scale-hook")"
}

count_recorders() { find "$RUN_DIR/containers" -name recorder -size +0 | wc -l; }
all_adopted() { [ "$(count_recorders)" -ge "$1" ]; }
has_bundles() { [ "$(scale_bundles | wc -l)" -ge "$1" ]; }
scale_bundles() { find /var/lib/headroom/bundles -mindepth 2 -maxdepth 2 -name '*-oom-kill-*' -path '*-storm*'; }

# status_kb PID FIELD; cpu_ticks PID: hundredths of a second of one core.
status_kb() { awk -v field="$2:" '$1 == field { print $2 }' "/proc/$1/status"; }
cpu_ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
now_ms() { date +%s%3N; }

# start_anew COUNT: headroomd, until it has adopted so many.
start_anew() {
  local start
  find "$RUN_DIR/containers" -name recorder -delete
  start=$(now_ms)
  systemctl start headroomd.service
  POLL_SECONDS=0.1 wait_for 300 "headroomd has adopted $1 containers" all_adopted "$1"
  adoption_ms=$(($(now_ms) - start))
}

# look_idle COUNT: what it has and does while nothing happens.
look_idle() {
  local pid guardian before before_guardian
  sleep 15 # its first looks at each
  pid=$(main_pid headroomd.service) guardian=$(main_pid headroom-guardian.service)
  before=$(cpu_ticks "$pid") before_guardian=$(cpu_ticks "$guardian")
  sleep "$SCALE_IDLE"
  printf 'scale %s: VmRSS_kb=%s RssAnon_kb=%s fds=%s threads=%s adoption_ms=%s idle_percent_of_a_core=%s guardian_percent=%s guardian_VmRSS_kb=%s\n' \
    "$1" "$(status_kb "$pid" VmRSS)" "$(status_kb "$pid" RssAnon)" "$(find "/proc/$pid/fd" -mindepth 1 | wc -l)" \
    "$(status_kb "$pid" Threads)" "$adoption_ms" \
    "$(percent $(($(cpu_ticks "$pid") - before)))" "$(percent $(($(cpu_ticks "$guardian") - before_guardian)))" "$(status_kb "$guardian" VmRSS)"
}

# percent TICKS: of one core, over the idle time.
percent() { awk -v ticks="$1" -v seconds="$SCALE_IDLE" 'BEGIN { printf "%.2f", ticks / seconds }'; }

measure_counts() {
  local count have=0
  mkdir -p "$scale_root" "$scale_bundle/rootfs"
  echo +memory >"$scale_root/cgroup.subtree_control"
  jq -n '{ociVersion: "1.0.2", root: {path: "rootfs"}, process: {args: ["sleep"]}, linux: {}}' >"$scale_bundle/config.json"
  for count in $SCALE_COUNTS; do
    systemctl stop headroomd.service
    for (( ; have < count; have++)); do enrol_process "idle$have" 64M /usr/bin/sleep infinity; done
    start_anew "$count"
    look_idle "$count"
  done
}

# What Podman keeps for a container for as long as it lives.
measure_conmon() {
  command -v podman >/dev/null || return 0
  (
    # shellcheck disable=SC2030,SC2034  # the parts that follow have their own; the library uses it
    RUNTIME=podman
    start_engine
    engine_box conmon-model headroom-box /bin/sleep 600
    printf 'conmon: VmRSS_kb=%s RssAnon_kb=%s\n' "$(status_kb "$(pgrep -o conmon)" VmRSS)" "$(status_kb "$(pgrep -o conmon)" RssAnon)"
  )
}

# delays FILE: microseconds from the kernel's line of a kill to its bundle having its name, a line a bundle.
delays() {
  local dir pid stamp published
  read_clocks
  dmesg | sed -nE 's/^\[ *([0-9.]+)\].*Killed process ([0-9]+) .*/\2 \1/p' >"$WORK/killed"
  scale_bundles | while read -r dir; do
    pid=$(jq .init.pid "$dir/container.json")
    stamp=$(awk -v pid="$pid" '$1 == pid { print $2 }' "$WORK/killed" | tail -n 1)
    [ -n "$stamp" ] || continue
    published=$(stat -c %.9Z "$dir" | tr -d .)
    awk -v at="$stamp" -v less="$boot_less_log" -v published=$((published - wall_less_boot)) \
      'BEGIN { printf "%.0f\n", (published - (at * 1e9 + less)) / 1000 }'
  done >"$1"
}

measure_storm() {
  local number pid start
  rm -f "$WORK/storm-go"
  for ((number = 0; number < SCALE_KILLS; number++)); do
    enrol_process "storm$number" 8M "$LOADS/eat" --go "$WORK/storm-go" --size 64M
  done
  # shellcheck disable=SC2086  # a word each
  set -- $SCALE_COUNTS
  POLL_SECONDS=0.5 wait_for 300 "all are adopted" all_adopted $((${!#} + SCALE_KILLS))
  sleep 5
  pid=$(main_pid headroomd.service)
  start=$(now_ms)
  touch "$WORK/storm-go"
  POLL_SECONDS=1 wait_for "$SCALE_PATIENCE" "$SCALE_KILLS bundles are there" has_bundles "$SCALE_KILLS"
  printf 'storm: %s bundles %s ms after the start; headroomd: VmHWM_kb=%s VmRSS_kb=%s\n' "$(scale_bundles | wc -l)" \
    $(($(now_ms) - start)) "$(status_kb "$pid" VmHWM)" "$(status_kb "$pid" VmRSS)"
  delays "$WORK/storm-delays"
  awk 'NR == 1 { first = $2 } { last = $2 } END { printf "storm: the kernel killed %d within %.1f s\n", NR, last - first }' "$WORK/killed"
  sort -n "$WORK/storm-delays" | awk '{ v[NR] = $1 } END { printf "storm: kill to bundle (us) n=%d p50=%s p99=%s max=%s\n", NR,
    v[int((NR + 1) / 2)], v[int(NR * 0.99 + 0.5)], v[NR] }'
  scale_bundles | while read -r dir; do jq -r '"\(.cause) \(.confidence)"' "$dir/summary.json"; done | sort | uniq -c | sed 's/^/storm: verdicts: /'
}

measure_scale() {
  measure_counts
  measure_conmon
  measure_storm
  expect "the process of headroomd after it all" "$(systemctl show --property NRestarts --value headroomd.service)" 0
}
