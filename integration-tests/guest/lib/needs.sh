# shellcheck shell=bash
# What a scenario needs, from the line near its top:
#   # needs: tier=core runtimes=runc,crun kernels=6.1,6.12 cgroup=v2 swap=0 alone=no seconds=60 without=no
# cgroup=v2,v1 is for both: on v1 it runs on kernel 6.1 alone (6.12 has no memory controller there), and with --full or
# --cgroup v1 alone, whatever its tier; v1_runtimes= names those that it runs under there, where one is enough. One that
# does not run on v1 says why, in a line `# not on v1: REASON` below. without=yes: also on hosts that lack one of the
# facilities each, on crun, kernel 6.1 and v2, with --full or --without; without=psi,kmsg: that lack one of these;
# without=only: as yes, and nowhere else. Keys that are not
# there have these defaults. Used on both sides, host and guest. Uses $SCENARIOS.

# What a host may lack.
# shellcheck disable=SC2034  # of those who source this
FACILITIES=(tracefs psi kmsg pidfd_open openat2 systemd events_local)

# need NAME KEY
need() {
  local line word
  line=$(sed -n 's/^# needs: //p' "$SCENARIOS/$1/scenario" | head -n 1)
  for word in $line tier=core runtimes=runc,crun kernels=6.1,6.12 cgroup=v2 swap=0 alone=no seconds=60 without=no; do
    [ "${word%%=*}" != "$2" ] || {
      printf '%s' "${word#*=}"
      return
    }
  done
}

# runtimes_on NAME CGROUP KERNEL: those that it runs under there, with commas between. What runc and crun do differently
# is the cgroup that they make, and shows on kernel 6.1: on another one crun is enough, as on v1 for what is not core.
runtimes_on() {
  local some='' enough=no
  [ "$2" != v1 ] || some=$(need "$1" v1_runtimes)
  some=,${some:-$(need "$1" runtimes)},
  if [ "$3" != 6.1 ] || { [ "$2" = v1 ] && [ "$(need "$1" tier)" != core ]; }; then enough=yes; fi
  if [ $enough = yes ] && [[ $some == *,crun,* ]]; then some=${some/,runc,/,}; fi
  some=${some#,}
  printf '%s' "${some%,}"
}

# why_not_v1 NAME: the reason that it gives for not running on v1; empty where it gives none.
why_not_v1() { sed -n 's/^# not on v1: //p' "$SCENARIOS/$1/scenario"; }

# scenario_names: every folder that has one, a name a line.
scenario_names() {
  local file
  for file in "$SCENARIOS"/*/scenario; do
    [ ! -e "$file" ] || basename "$(dirname "$file")"
  done
}
