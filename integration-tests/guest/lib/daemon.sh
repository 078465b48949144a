# shellcheck shell=bash
# The supervisor's units and the policy.

UNITS=(headroomd.service headroom-guardian.service)
POLICY_DIR=/etc/headroom/policy.d
RUN_DIR=/run/headroom

start_supervisor() {
  if has systemd; then
    systemctl start "${UNITS[@]}"
  else
    start_by_hand headroom-guardian.service
    start_by_hand headroomd.service
  fi
}

# The doorbell's socket would start it again.
stop_supervisor() {
  if has systemd; then
    systemctl stop headroomd.socket "${UNITS[@]}" 2>/dev/null || systemctl stop "${UNITS[@]}"
  else
    stop_by_hand headroomd.service
    stop_by_hand headroom-guardian.service
  fi
}

main_pid() {
  if has systemd; then systemctl show --property MainPID --value "$1"; else pid_by_hand "$1"; fi
}

# kill_at_once UNIT: all of it, by SIGKILL.
kill_at_once() {
  if has systemd; then systemctl kill -s KILL "$1"; else kill -KILL "$(pid_by_hand "$1")"; fi
}

# keep_down UNIT: systemd does nothing about it, so that what is measured is the other one's doing.
keep_down() { override "$1" Restart=no WatchdogSec=0 ExecStopPost=; }

# keep_dead UNIT: systemd does all about it but starting it again.
keep_dead() { override "$1" Restart=no; }

# override UNIT SETTING...: of its section [Service].
override() {
  has systemd || return 0
  mkdir -p "/run/systemd/system/$1.d"
  printf '%s\n' '[Service]' "${@:2}" >"/run/systemd/system/$1.d/90-scenario.conf"
  systemctl daemon-reload
}

# allow_restart UNIT: undoes keep_down and keep_dead.
allow_restart() {
  has systemd || return 0
  rm -rf "/run/systemd/system/$1.d"
  systemctl daemon-reload
}

# restart_supervisor: as it is configured by now.
restart_supervisor() {
  if has systemd; then
    systemctl restart headroomd.service
  else
    stop_supervisor
    wait_for 10 "headroomd has ended" is_down headroomd.service
    start_supervisor
  fi
}

# pid_other_than UNIT PID: it runs, as another process.
pid_other_than() { is_up "$1" && [ "$(main_pid "$1")" != "$2" ] && [ "$(main_pid "$1")" != 0 ]; }

is_down() { [ "$(main_pid "$1")" = 0 ]; }
is_up() { if has systemd; then [ "$(systemctl is-active "$1")" = active ]; else ! is_down "$1"; fi; }

# set_policy JSON: on top of the default, for a scenario that runs alone. The driver takes it away afterwards.
set_policy() {
  mkdir -p "$POLICY_DIR"
  printf '%s\n' "$1" >"$POLICY_DIR/90-scenario.json"
}

# generation_dirs: where the container is enrolled, a directory a generation.
generation_dirs() {
  local dir
  for dir in "$RUN_DIR/containers/$RUNTIME-0-$BOX"/*/; do
    [ ! -d "$dir" ] || printf '%s\n' "${dir%/}"
  done
}

is_enrolled() { [ -n "$(generation_dirs)" ]; }
is_forgotten() { [ -z "$(generation_dirs)" ]; }

# wait_adopted: until the supervisor keeps samples of it. From then on a memory.high at max is its decision.
wait_adopted() { wait_for "${1:-10}" "the supervisor has adopted $BOX: a recorder beside its enrolment" is_adopted; }
is_adopted() { [ -s "$(generation_dirs | tail -n 1)/recorder" ]; }

# wait_forgotten: until the supervisor is done with the container, whatever it decided.
wait_forgotten() {
  wait_for 20 "the enrolment of $BOX is gone from $RUN_DIR/containers" is_forgotten
}
