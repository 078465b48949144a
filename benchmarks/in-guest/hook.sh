# shellcheck shell=bash disable=SC2154  # of the library
# The hook at createRuntime against a static program that does nothing: every round of `first` is another container,
# created by the runtime and waiting as it does while hooks run; `repeat` tells the hook of them once more.

HOOK_ROUNDS=${HOOK_ROUNDS:-60}
HOOK_WARM_UP=5

# create_waiting NUMBER: a container whose init waits to be started; its state is in inputs/NUMBER.
create_waiting() {
  BOX=waiting-$1
  make_box 256M /bin/true
  remove_hooks
  shm_size 32m
  "$RUNTIME" create --bundle "$box_dir" "$BOX" </dev/null >"$box_dir/out" 2>&1 ||
    fail "$RUNTIME create $BOX: $(cat "$box_dir/out")"
  "$RUNTIME" state "$BOX" | jq -c '{ociVersion, id, status: "creating", pid, bundle, annotations}' >"$WORK/inputs/$1"
}

time_hook() {
  "$PROGRAMS/spawn" --rounds "$HOOK_ROUNDS" --warm-up "$HOOK_WARM_UP" --pause-ms 60 --inputs "$WORK/inputs" \
    -- "$HOOK" createRuntime -- "$PROGRAMS/nothing" | sed "s/^/hook, $1: /"
}

enrolled_waiting() { find "$RUN_DIR/containers" -path '*-waiting-*/enrolment.json' | wc -l; }

# profile NAME NUMBER: the system calls of one run.
profile() {
  strace -o "$WORK/strace-$1" -r -T "$HOOK" createRuntime <"$WORK/inputs/$2" >/dev/null 2>&1
  printf 'hook, %s: %s system calls\n' "$1" "$(grep -c ' = ' "$WORK/strace-$1")"
}

measure_hook() {
  local number last=$((HOOK_ROUNDS + HOOK_WARM_UP))
  mkdir -p "$WORK/inputs"
  for ((number = 1; number <= last + 1; number++)); do create_waiting "$number"; done
  time_hook first
  expect "enrolments of $last containers" "$(enrolled_waiting)" "$last"
  time_hook repeat
  profile first $((last + 1))
  profile repeat 1
  printf 'hook, what it says of one: %s\n' "$("$HOOK" createRuntime <"$WORK/inputs/1" 2>&1 || true)"
  jq -c '{own_cgroup, mode, findings: (.findings | length), ancestors: (.ancestors | length)}' \
    "$RUN_DIR"/containers/*-waiting-1/*/enrolment.json
  cp "$WORK"/strace-* /var/tmp/results/
  for ((number = 1; number <= last + 1; number++)); do "$RUNTIME" delete --force "waiting-$number"; done
}
