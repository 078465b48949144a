# shellcheck shell=bash disable=SC2016,SC2154  # jq has variables of its own; the library sets others
# The hook at createRuntime against a static program that does nothing, timed where the runtime starts hooks: with the
# container's state on standard input, its init waiting, its root not changed yet. `first`: each pair is another
# container. `repeat`: the hook is told of the same one again, as when prestart is registered as well.

HOOK_ROUNDS=${HOOK_ROUNDS:-60}
HOOK_WARM_UP=5

# run_with NAME COMMAND...: a container whose only hook is COMMAND.
run_with() {
  BOX=$1
  shift
  make_box 256M /bin/true
  shm_size 32m
  edit_box '.hooks = {createRuntime: [{path: $ARGS.positional[0], args: $ARGS.positional, timeout: 100,
      env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]}]}' --args -- "$@"
  "$RUNTIME" run --bundle "$box_dir" "$BOX" </dev/null >"$box_dir/out" 2>&1 || fail "$RUNTIME run $BOX: $(cat "$box_dir/out")"
}

# time_first: a pair a container.
time_first() {
  local number
  for ((number = 1 - HOOK_WARM_UP; number <= HOOK_ROUNDS; number++)); do
    ((number != 1)) || rm -f "$WORK/hook-times"
    run_with "box$number" "$HERE/time-hook" "$WORK/hook-times" --rounds 1 --warm-up 0 --swap $((number & 1))
  done
  cut -d' ' -f1 "$WORK/hook-times" >"$WORK/hook-first"
  cut -d' ' -f2 "$WORK/hook-times" >"$WORK/hook-first-nothing"
  compare "hook, first (ns)" "$WORK/hook-first" "$WORK/hook-first-nothing"
}

time_repeat() {
  run_with repeat "$HERE/time-hook" "$WORK/repeat-times" --rounds "$HOOK_ROUNDS" --warm-up "$HOOK_WARM_UP"
  sed 's/^/hook, repeat: /' "$WORK/repeat-times.all"
}

# profile: the system calls of a first and of a second run.
profile() {
  local name
  run_with profile "$HERE/trace-hook" /var/tmp/results
  for name in first repeat; do
    printf 'hook, %s: %s system calls\n' "$name" "$(grep -c ' = ' "/var/tmp/results/strace-$name")"
  done
  printf 'hook, what it said: %s\n' "$(cat /var/tmp/results/said)"
}

# The supervisor forgets a container that has ended, so its records are counted as they come.
measure_hook() {
  time_first
  time_repeat
  profile
}
