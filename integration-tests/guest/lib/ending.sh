# shellcheck shell=bash disable=SC2154,SC2016
# How a container ended, where the OOM killer had no part in it.

# A shell for the container that waits for go and then does what is given.
after_go() { printf 'while [ ! -e /data/go ]; do sleep 0.1; done; %s' "$1"; }

# wait_killed_bundle: the one bundle of the container, of the kind "killed".
wait_killed_bundle() {
  wait_bundle 1
  expect_text "the bundle of $BOX" "$bundle" '-killed-[0-9a-f]{8}-0-0$'
  expect_no_oom_bundle
  wait_forgotten
  expect "number of bundles of $BOX" "$(count_bundles)" 1
}

# expect_exit MEMBER NUMBER: of incident.json, "signal" or "code".
expect_exit() {
  expect_json "$bundle/incident.json" '.init.exit[$member] == $number' --arg member "$1" --argjson number "$2"
}

# expect_cause CAUSE CONFIDENCE: of $bundle, also by the container's name; prints the verdict.
expect_cause() {
  expect_verdict "$1" "$2"
  ask_why "$BOX"
  expect "exit status of headroom why $BOX" "$why_status" 0
  expect "bundle that headroom why $BOX tells of" "$(jq -r .bundle "$box_dir/why.json")" "$bundle"
  step "headroom why $BOX:"
  cat "$box_dir/why.txt"
}

# expect_not_the_oom_killer: in the verdict that was asked for last; the counter alone tells of the time until it was read.
expect_not_the_oom_killer() {
  local told='not the OOM killer'
  has kmsg || told='the OOM killer had counted no kill'
  expect_text "statements" "$(jq -r '[.statements[].text] | join("; ")' "$box_dir/why.json")" "$told"
}

# expect_unseen_sender: of $bundle, where signals could not be watched: it was killed, not by the OOM killer, and nobody is
# named.
expect_unseen_sender() {
  expect_cause unknown inferred
  expect_json "$box_dir/why.json" '.killer_process == null and .exit.signal == 9'
  expect_text "what is told" "$(cat "$box_dir/why.txt")" 'SIGKILL'
  expect_not_the_oom_killer
}
