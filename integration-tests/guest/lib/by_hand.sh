# shellcheck shell=bash
# Supervisor and guardian where systemd does not run: started by hand, and started again by nobody. Where /run/systemd
# is, they see an empty folder.

BY_HAND=/var/tmp/by-hand # a file a program, with its pid

# hide_systemd COMMAND...: runs it so that systemd does not run, as far as it can see.
hide_systemd() { unshare --mount sh -c 'mount -t tmpfs -o mode=755 tmpfs /run/systemd && exec "$@"' sh "$@"; }

program_of() {
  case $1 in
    headroomd.service) echo /usr/bin/headroomd ;;
    *) echo /usr/lib/headroom/headroom-guardian ;;
  esac
}

# start_by_hand UNIT: the program of that unit, unless it runs. No child of whoever waits for all of its own.
start_by_hand() {
  [ "$(pid_by_hand "$1")" = 0 ] || return 0
  mkdir -p "$BY_HAND"
  (
    hide_systemd setsid sh -c 'echo $$ >"$1.new" && mv "$1.new" "$1" && exec "$2"' sh "$BY_HAND/$1" "$(program_of "$1")" \
      </dev/null >>"$BY_HAND/$1.log" 2>&1 &
  )
  # Until it is there itself: the shell that becomes it has its pid.
  until [ "$(readlink "/proc/$(pid_by_hand "$1")/exe")" = "$(program_of "$1")" ]; do sleep 0.05; done
}

# pid_by_hand UNIT: 0 where it does not run.
pid_by_hand() {
  local pid=0
  { read -r pid <"$BY_HAND/$1"; } 2>/dev/null || true
  if [ -e "/proc/$pid/exe" ] && kill -0 "$pid" 2>/dev/null; then echo "$pid"; else echo 0; fi
}

# stop_by_hand UNIT
stop_by_hand() {
  local pid
  pid=$(pid_by_hand "$1")
  [ "$pid" = 0 ] || kill "$pid"
  until [ "$(pid_by_hand "$1")" = 0 ]; do sleep 0.05; done
}
