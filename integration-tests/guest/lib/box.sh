# shellcheck shell=bash disable=SC2016,SC2120,SC2119
# Containers. $BOX is the id of the one that all functions speak of; a scenario with several sets it.

ROOTFS=/usr/share/headroom-test/rootfs
HOOK=/usr/lib/headroom/headroom-hook
# Where the hierarchy with the memory controller is, and what it calls the files that functions and scenarios use.
# shellcheck disable=SC2034
if [ -e /sys/fs/cgroup/memory/memory.limit_in_bytes ]; then
  CGROUP_VERSION=v1 CGROUP_ROOT=/sys/fs/cgroup/memory
  LIMIT_FILE=memory.limit_in_bytes USAGE_FILE=memory.usage_in_bytes KILLS_FILE=memory.oom_control
else
  CGROUP_VERSION=v2 CGROUP_ROOT=/sys/fs/cgroup
  LIMIT_FILE=memory.max USAGE_FILE=memory.current KILLS_FILE=memory.events
fi
# How fast a load of loads/eat takes memory: on v1, which holds nothing, so that there is time for a photograph.
PACE=()
# shellcheck disable=SC2034
[ "$CGROUP_VERSION" = v2 ] || PACE=(--chunk 512K --delay-ms 20)
on_v1() { [ "$CGROUP_VERSION" = v1 ]; }
PARENT=/headroom-test/$SCENARIO-$RUNTIME
BOX=$SCENARIO-$RUNTIME

# What the functions find out.
# shellcheck disable=SC2034  # scenarios use them
box_dir='' box_pid='' box_status='' cgroup=''

# The runtime's command line; a scenario may add --systemd-cgroup.
runtime_command=("$RUNTIME")

# make_box LIMIT COMMAND...: a bundle with the hook registered. LIMIT is in bytes or like 64M; "none" sets none.
make_box() {
  local limit=$1
  shift
  box_dir=$WORK/$BOX
  rm -rf "$box_dir"
  mkdir -p "$box_dir/data"
  (cd "$box_dir" && "$RUNTIME" spec)
  edit_box '.process.terminal = false | .process.args = $ARGS.positional | .root = {path: $root, readonly: false}
    | .linux.cgroupsPath = $cgroup | .hostname = "box"
    | .mounts += [{destination: "/data", type: "bind", source: $data, options: ["rbind", "rw"]}]' \
    --arg root "$ROOTFS" --arg cgroup "$PARENT/$BOX" --arg data "$box_dir/data" --args -- "$@"
  [ "$limit" = none ] || limit_box "$limit"
  add_hooks
}

# edit_box FILTER [JQ-ARGUMENT...]: changes config.json.
edit_box() {
  local filter=$1
  shift
  jq "$filter" "$box_dir/config.json" "$@" >"$box_dir/config.new"
  mv "$box_dir/config.new" "$box_dir/config.json"
}

limit_box() { edit_box '.linux.resources.memory.limit = $bytes' --argjson bytes "$(in_bytes "$1")"; }

in_bytes() { numfmt --from=iec "$1"; }

# add_hooks [HOOK-ARGUMENT...]: as `headroom install` would write them. An engine gives hooks no environment.
add_hooks() {
  edit_box 'def hook(stage): [{path: $hook, args: (["headroom-hook", stage] + $ARGS.positional), timeout: 10,
      env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]}];
    .hooks = {createRuntime: hook("createRuntime"), poststop: hook("poststop")}' --arg hook "$HOOK" --args -- "$@"
}

# The same container without Headroom.
remove_hooks() { edit_box 'del(.hooks)'; }

# shm_size SIZE: of its /dev/shm, as tmpfs takes it.
shm_size() {
  edit_box '(.mounts[] | select(.destination == "/dev/shm") | .options) |= map(if startswith("size=") then "size=" + $size else . end)' \
    --arg size "$1"
}

# make_parent: the container's parent cgroup, with the memory controller for what is below.
make_parent() {
  local path=$CGROUP_ROOT part
  ! on_v1 || {
    mkdir -p "$CGROUP_ROOT$PARENT"
    return
  }
  for part in ${PARENT//\// }; do
    path=$path/$part
    mkdir -p "$path"
    echo +memory >"$path/cgroup.subtree_control"
  done
}

# start_box: runs it in the background until the process is there. Its output is in $box_dir/out and err, its
# exit status at the end in $box_dir/status.
start_box() {
  box_dir=$WORK/$BOX
  rm -f "$box_dir"/{pid,status} "$box_dir"/data/{go,end}
  run_box &
  wait_for 30 "container $BOX starts" box_started
  box_pid=$(cat "$box_dir/pid" 2>/dev/null || true)
  step "container $BOX: pid ${box_pid:-none}"
}

run_box() {
  local status=0
  trap - ERR
  "${runtime_command[@]}" run --bundle "$box_dir" --pid-file "$box_dir/pid" "$BOX" \
    >"$box_dir/out" 2>"$box_dir/err" </dev/null || status=$?
  echo "$status" >"$box_dir/status.new"
  mv "$box_dir/status.new" "$box_dir/status"
}

box_started() { [ -s "$box_dir/pid" ] || [ -e "$box_dir/status" ]; }
box_ended() { [ -e "$box_dir/status" ]; }
still_runs() { [ ! -e "$box_dir/status" ]; }

# Lets the load go on, which waits for this file.
go() {
  step "go"
  touch "$box_dir/data/go"
}

# wait_box SECONDS: until it has ended; its exit status is in $box_status.
wait_box() {
  wait_for "$1" "container $BOX ends" box_ended
  box_status=$(cat "$box_dir/status")
  step "container $BOX ended with $box_status"
}

# box_cgroup: its cgroup below the mount, from the process as the runtimes nest differently.
box_cgroup() {
  if on_v1; then
    sed -nE 's/^[0-9]+:([^:]*,)?memory(,[^:]*)?://p' "/proc/$box_pid/cgroup"
  else
    sed -n 's/^0:://p' "/proc/$box_pid/cgroup"
  fi
}

# kills_counted: by the kernel, in the container's cgroup.
kills_counted() { sed -n 's/^oom_kill //p' "$cgroup/$KILLS_FILE"; }

# find_cgroup: sets $cgroup to the directory of the container's cgroup.
find_cgroup() {
  cgroup=$CGROUP_ROOT$(box_cgroup)
  [ -e "$cgroup/$LIMIT_FILE" ] || fail "$cgroup: found no $LIMIT_FILE; /proc/$box_pid/cgroup has: $(cat "/proc/$box_pid/cgroup")"
}

# Empty when the cgroup is gone.
memory_high() {
  local value=''
  { read -r value <"$cgroup/memory.high"; } 2>/dev/null || true
  printf '%s' "$value"
}
is_armed() { [[ $(memory_high) =~ ^[0-9]+$ ]]; }
is_disarmed() { [ "$(memory_high)" = max ]; }

# is_paused: by the engine; v1 has a hierarchy for that alone.
is_paused() {
  if on_v1; then
    [ "$(cat "/sys/fs/cgroup/freezer${cgroup#"$CGROUP_ROOT"}/freezer.state")" = FROZEN ]
  else
    [ "$(cat "$cgroup/cgroup.freeze")" = 1 ] && grep -qx 'frozen 1' "$cgroup/cgroup.events"
  fi
}

# wait_armed [SECONDS]: until its memory would be photographed before a kill: by the wire, which v1 has none of.
wait_armed() {
  find_cgroup
  if on_v1; then
    wait_adopted "${1:-10}"
    step "adopted: memory.limit_in_bytes $(cat "$cgroup/memory.limit_in_bytes")"
    return
  fi
  wait_for "${1:-10}" "a tripwire in $cgroup (memory.high a number)" is_armed
  step "armed: memory.high $(memory_high) of memory.max $(cat "$cgroup/memory.max")"
}

# uses_at_least SIZE
uses_at_least() { [ "$(cat "$cgroup/$USAGE_FILE" 2>/dev/null || echo 0)" -ge "$(in_bytes "$1")" ]; }

# start_ticks PID: when it started, field 22 of its stat; the name before may hold anything.
start_ticks() { sed 's/.*) //' "/proc/$1/stat" | cut -d' ' -f20; }

# see_processes: keeps pid and start time of every process of the container, for check_live_smaps.
see_processes() {
  local pid
  : >"$box_dir/seen"
  while read -r pid; do
    printf '%s %s\n' "$pid" "$(start_ticks "$pid")" >>"$box_dir/seen"
  done < <(find "$cgroup" -name cgroup.procs -exec cat {} +)
}

processes_in_box() { find "$cgroup" -name cgroup.procs -exec cat {} + | wc -l; }
has_processes() { [ "$(processes_in_box)" -ge "$1" ]; }
