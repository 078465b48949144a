# shellcheck shell=bash
# What a scenario needs, from the line near its top:
#   # needs: tier=core runtimes=runc,crun kernels=6.1,6.12 cgroup=v2 swap=0 alone=no seconds=60
# cgroup=v2,v1 is for both: on v1 it runs on kernel 6.1 alone (6.12 has no memory controller there), and with --full or
# --cgroup v1 alone, whatever its tier. Keys that are not there have these defaults. Used on both sides, host and guest. Uses $SCENARIOS.

# need NAME KEY
need() {
  local line word
  line=$(sed -n 's/^# needs: //p' "$SCENARIOS/$1/scenario" | head -n 1)
  for word in $line tier=core runtimes=runc,crun kernels=6.1,6.12 cgroup=v2 swap=0 alone=no seconds=60; do
    [ "${word%%=*}" != "$2" ] || {
      printf '%s' "${word#*=}"
      return
    }
  done
}

# scenario_names: every folder that has one, a name a line.
scenario_names() {
  local file
  for file in "$SCENARIOS"/*/scenario; do
    [ ! -e "$file" ] || basename "$(dirname "$file")"
  done
}
