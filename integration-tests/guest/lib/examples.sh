# shellcheck shell=bash disable=SC2154
# The examples, run as a user would run them.

EXAMPLES=/root/examples

# run_example STATUS SCRIPT [ARGUMENT...]: examples/SCRIPT has to end with STATUS; what it prints is in $WORK/out.
run_example() {
  local wanted=$1 status=0
  shift
  step "examples/$*"
  env -i PATH="$PATH" HOME=/root "$EXAMPLES/$1" "${@:2}" >"$WORK/out" 2>&1 </dev/null || status=$?
  sed 's/^/  | /' "$WORK/out"
  expect "exit status of examples/$*" "$status" "$wanted"
}

# expect_said PATTERN: in what the example printed.
expect_said() { expect_text "what the example printed" "$(cat "$WORK/out")" "$1"; }

# expect_explained NAME ENGINE VICTIM: the example printed the verdict on that container, and it is the right one.
expect_explained() {
  headroom why --json "$1" >"$WORK/why.json" 2>"$WORK/why.err" || fail "headroom why $1 ended with $?: $(cat "$WORK/why.err")"
  expect_json "$WORK/why.json" '.cause == "limit-anon" and .confidence == "observed" and .victim.comm == $comm' --arg comm "$3"
  expect_said "$1 \\($2[,)]"
  expect_said 'caught +[0-9.]+ m?s before the kill, (complete|partial)'
  grep -qxF "  bundle    $(jq -r .bundle "$WORK/why.json")" "$WORK/out" || fail "the example did not print the bundle $(jq -r .bundle "$WORK/why.json")"
}

# machine_state FOLDER...: what an example has to leave as it was: every file of those folders and of systemd's, what is
# registered, temporary folders and cgroups of examples.
machine_state() {
  local folder
  for folder in "$@" /etc/systemd /run/systemd/system; do folder_state "$folder"; done
  headroom install --json
  find /var/tmp /sys/fs/cgroup /etc/systemd/system -maxdepth 1 -name '*headroom-example*'
}
