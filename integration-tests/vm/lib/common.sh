# shellcheck shell=bash
# What every program of the harness needs: where things lie, and how it speaks.

# Exit statuses of the harness itself. COMMAND's own status passes through, so a COMMAND that ends with one of
# these is told apart by the line on standard error that the harness writes with each of its own.
# shellcheck disable=SC2034  # used by the files that source this one
readonly STATUS_HUNG=123 STATUS_TIMED_OUT=124 STATUS_HARNESS=125 STATUS_USAGE=126

VM_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
REPOSITORY=$(cd "$VM_DIR/../.." && pwd)
CACHE_DIR=${HEADROOM_VM_CACHE:-$REPOSITORY/build/vm}
readonly VM_DIR REPOSITORY CACHE_DIR

program=${0##*/}

say() { printf 'vm/%s: %s\n' "$program" "$*" >&2; }

die() {
  local status=$1
  shift
  say "$*"
  exit "$status"
}

fail() { die "$STATUS_HARNESS" "$@"; }
usage_error() { die "$STATUS_USAGE" "$*; see integration-tests/vm/$program --help"; }

# need PROGRAM PACKAGE: stops with the package to install where PROGRAM is missing.
need() {
  PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null ||
    fail "$1 is not installed; run: apt-get install -y --no-install-recommends $2"
}

# Seconds since some fixed moment, with tenths: "12.3".
now() {
  local up
  read -r up _ </proc/uptime
  printf '%s' "$up"
}

# since START: the seconds gone by since START (a value of now), with two digits after the point.
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }
