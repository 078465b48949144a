# shellcheck shell=bash disable=SC2154
# The driver's part of facilities.sh: makes a host that lacks something, and gives it back. Uses facilities.sh and
# by_hand.sh. Not below /run/systemd/system: what lies there goes when a scenario that stops the supervisor has ended.

LACK=/etc/systemd/system/headroomd.service.d/50-lack.conf

# lacking_unit LINE...: of headroomd's unit.
lacking_unit() {
  mkdir -p "${LACK%/*}"
  { echo '[Service]' && printf '%s\n' "$@"; } >"$LACK"
}

# take_away FACILITY: psi is left out at boot.
take_away() {
  case $1 in
    tracefs) umount --lazy /sys/kernel/debug /sys/kernel/tracing 2>/dev/null ;;
    kmsg) mv /dev/kmsg /dev/kmsg.taken ;;
    openat2 | pidfd_open) lacking_unit "SystemCallFilter=~$1" SystemCallErrorNumber=ENOSYS ;;
    events_local) lacking_unit "Environment=LD_PRELOAD=$NO_LOCAL_EVENTS" ;;
    systemd)
      systemctl stop headroomd.socket headroomd.service headroom-guardian.service
      start_by_hand headroom-guardian.service
      start_by_hand headroomd.service
      return
      ;;
  esac
  systemctl daemon-reload
  systemctl restart headroomd.service
}

give_back() {
  case $1 in
    tracefs) systemctl restart sys-kernel-debug.mount sys-kernel-tracing.mount ;;
    kmsg) mv /dev/kmsg.taken /dev/kmsg ;;
    systemd)
      stop_by_hand headroomd.service
      stop_by_hand headroom-guardian.service
      ;;
  esac
  rm -rf "${LACK%/*}"
  systemctl daemon-reload
  systemctl restart headroomd.service headroom-guardian.service
}

# lacking FACILITY COMMAND...: runs it on a host without that; none: as it is.
lacking() {
  local facility=$1
  shift
  case $facility in
    openat2 | pidfd_open) "$LOADS/without_call" "$facility" "$@" ;;
    systemd) hide_systemd "$@" ;;
    *) "$@" ;;
  esac
}
