# shellcheck shell=bash disable=SC2154,SC2016
# What the policy engine decided about a container, as its enrolment tells it, and what came of it inside.

# For a shell in the container: each setting that a policy can fix, a line `setting value`. Its own cgroup is what it
# sees as the root of cgroupfs. On v1 these are the files of the hierarchy that Headroom looks at, and the one beside
# the limit, which goes down with it where there is one.
SETTINGS=(memory.max memory.swap.max memory.oom.group memory.low pids.max hugetlb.2MB.max)
settings_at=/sys/fs/cgroup
if on_v1; then
  SETTINGS=(memory.limit_in_bytes memory.memsw.limit_in_bytes)
  settings_at=/sys/fs/cgroup/memory
fi
# shellcheck disable=SC2034  # scenarios use it
SHOW_SETTINGS="cd $settings_at
  for file in ${SETTINGS[*]}; do"'
    [ ! -e $file ] || echo $file $(cat $file)
  done
  echo oom_score_adj $(cat /proc/self/oom_score_adj)
  for place in /dev/shm /scratch; do
    options=$(grep " $place tmpfs " /proc/mounts)
    case $options in *size=*) size=${options#*size=} size=${size%%[, ]*} ;; *) size=none ;; esac
    echo $place $size
  done'
# What a limit of v1 is where there is none.
# shellcheck disable=SC2034
NO_LIMIT_V1=9223372036854771712

enrolment() { printf '%s/enrolment.json' "$(generation_dirs | tail -n 1)"; }

wait_enrolled() { wait_for "${1:-15}" "$BOX is enrolled in $RUN_DIR/containers" is_enrolled; }

# fix_row RULE SETTING: "before after", then what became of it, of the fix that RULE made there.
fix_row() {
  jq -r --arg rule "$1" --arg setting "$2" \
    '.findings[] | select(.rule == $rule) | .fixes[]? | select(.setting == $setting) | "\(.before) \(.after) \(.outcome)"' "$(enrolment)"
}

# expect_fixed RULE SETTING BEFORE AFTER: a fix that took, with both in the record as the kernel has them.
expect_fixed() {
  expect_text "what $1 did to $2 in $(enrolment)" "$(fix_row "$1" "$2")" "^$3 $4 fixed: "
}

# origin_of RULE [PARAMETER]: who said the rule's action, or that parameter of it.
origin_of() {
  jq -r --arg rule "$1" --arg name "${2:-}" '.policy.rules[] | select(.rule == $rule)
    | if $name == "" then .action_origin else (.parameters[] | select(.name == $name) | .origin) end' "$(enrolment)"
}

# value_of RULE [PARAMETER]: the rule's action, or that parameter of it.
value_of() {
  jq -r --arg rule "$1" --arg name "${2:-}" '.policy.rules[] | select(.rule == $rule)
    | if $name == "" then .action else (.parameters[] | select(.name == $name) | .value) end' "$(enrolment)"
}

# run_hook_again: the hook with the state of the running container $BOX, as a second registration would run it. crun
# tells its hooks the container's root too, by which it is known.
run_hook_again() {
  local filter=.
  [ "$RUNTIME" != crun ] || filter='.root = $root'
  "$RUNTIME" state "$BOX" | jq --arg root "$ROOTFS" "$filter" | "$HOOK" createRuntime >"$box_dir/hook.out" 2>&1 ||
    fail "the hook run again: found exit status $?, expected 0; it said: $(cat "$box_dir/hook.out")"
}
