# shellcheck shell=bash
# What the examples share. An example sources it, prints each command that a user would type (`show`), and leaves the
# machine as it was, whatever happens (`later`).
set -euo pipefail

# shellcheck disable=SC2034  # examples use it
EXAMPLES=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
EXAMPLE=$(basename "$(cd "$(dirname "$0")" && pwd)")/$(basename "$0")
undo=()

say() { printf '\n==> %s\n' "$*"; }

die() {
  printf 'examples/%s: %s\n' "$EXAMPLE" "$*" >&2
  exit 1
}

# need PROGRAM PACKAGE
need() { [ -x "$(command -v "$1")" ] || die "found no $1; run: apt-get install $2"; }

# need_headroom: root, Headroom installed, and its supervisor up.
need_headroom() {
  [ "$(id -u)" = 0 ] || die "needs root, found user $(id -un)"
  command -v headroom >/dev/null && [ -x /usr/lib/headroom/headroom-hook ] ||
    die "found no headroom or no /usr/lib/headroom/headroom-hook; install Headroom first, as README.md says"
  headroom ps --json | grep -q '"supervisor": *true' || die "headroomd does not run; run: systemctl enable --now headroomd"
}

# show COMMAND...: prints it, and runs it.
show() {
  local line
  printf -v line ' %q' "$@"
  printf '$%s\n' "$line"
  "$@"
}

# later COMMAND...: at the end, in whatever way it comes, the newest first.
later() {
  local line
  printf -v line '%q ' "$@"
  undo=("$line" ${undo[@]+"${undo[@]}"})
}

clean_up() {
  local line
  for line in ${undo[@]+"${undo[@]}"}; do
    case $line in
      show*) eval "$line" ;;
      *) eval "$line" >/dev/null ;;
    esac || printf 'examples/%s: not undone: %s\n' "$EXAMPLE" "$line" >&2
  done
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# make_work_folder: $work, an empty folder that goes at the end.
make_work_folder() {
  work=$(mktemp -d /var/tmp/headroom-example.XXXXXX)
  later rm -rf "$work"
}

# register ENGINE [ARGUMENT...]: with Headroom, unless it is; what was not registered before will not be afterwards.
register() {
  local said
  printf '$ headroom install %s\n' "$*"
  said=$(headroom install "$@")
  printf '%s\n' "$said"
  case $said in
    *already*) ;;
    *)
      later show headroom uninstall "$@"
      say "Registered for this example alone: headroom uninstall $* follows at the end"
      ;;
  esac
}

# until_ended NAME COMMAND...: shows COMMAND, which is to run the container NAME to its end; sets $status. One of that
# name from an earlier run may have been explained already.
until_ended() {
  status=0
  explained_before=$(headroom why --json "$1" 2>/dev/null || true)
  shift
  show "$@" || status=$?
  printf 'It ended with %s.\n' "$status"
}

# until_killed NAME COMMAND...: besides, COMMAND has to end as what the OOM killer took does.
until_killed() {
  until_ended "$@"
  [ "$status" = 137 ] || die "it ended with $status, expected 137: killed at its memory limit"
}

is_explained() {
  local now
  now=$(headroom why --json "$1" 2>/dev/null) && [ "$now" != "$explained_before" ]
}

# explain NAME: what Headroom says of its death; the evidence is complete a moment after that.
explain() {
  local tries
  say "Why it died"
  for ((tries = 0; tries < 100; tries++)); do
    ! is_explained "$1" || break
    sleep 0.2
  done
  show headroom why "$1"
}
