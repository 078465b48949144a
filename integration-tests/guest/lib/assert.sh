# shellcheck shell=bash
# Assertions. Each failure prints what was found and what was expected, and ends the scenario.

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

skip() {
  printf 'SKIPPED: %s\n' "$*" >&2
  exit 77
}

on_error() {
  printf 'FAILED: line %s of %s: a command failed: %s\n' "$1" "${BASH_SOURCE[1]##*/}" "$2" >&2
}

step() { printf '%8.2f  %s\n' "$(uptime_now)" "$*"; }

# Seconds since boot, as the kernel's log counts them.
uptime_now() {
  local up
  read -r up _ </proc/uptime
  printf '%s' "$up"
}

# Polling must not disturb what is polled: where processors are emulated, starting `sleep` and a subshell twenty times
# a second is a load of its own. So the shell itself waits, on a pipe that nobody writes to.
exec {nap_fd}<> <(:)
nap() { read -rt "$1" -u "$nap_fd" || true; }

# past US: whether that moment (of EPOCHREALTIME, in microseconds) has gone by.
past() { ((${EPOCHREALTIME/[.,]/} >= $1)); }

# wait_for SECONDS WHAT COMMAND...: until COMMAND succeeds, else fails with WHAT.
wait_for() {
  local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000)) what=$2 seconds=$1
  shift 2
  until "$@"; do
    ! past "$end" || fail "after $seconds s still not: $what"
    nap "${POLL_SECONDS:-0.05}"
  done
}

# measure_for SECONDS WHAT COMMAND...: wait_for, and prints how long it took.
measure_for() {
  local began=${EPOCHREALTIME/[.,]/}
  POLL_SECONDS=0.02 wait_for "$@"
  printf 'MEASURED: after %s ms: %s\n' $(((${EPOCHREALTIME/[.,]/} - began) / 1000)) "$2"
}

# always_for SECONDS WHAT COMMAND...: COMMAND has to succeed all the time.
always_for() {
  local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000)) what=$2 seconds=$1
  shift 2
  until past "$end"; do
    "$@" || fail "expected for $seconds s: $what"
    nap 0.05
  done
}

# expect WHAT FOUND EXPECTED
expect() {
  [ "$2" = "$3" ] || fail "$1: found '$2', expected '$3'"
}

# expect_not WHAT FOUND UNWANTED
expect_not() {
  [ "$2" != "$3" ] || fail "$1: found '$2', which it must not be"
}

# expect_number WHAT FOUND OPERATOR LIMIT: for whole numbers, with -lt, -le, -gt or -ge.
expect_number() {
  [[ $2 =~ ^-?[0-9]+$ ]] || fail "$1: found '$2', expected a whole number $3 $4"
  test "$2" "$3" "$4" || fail "$1: found $2, expected a number $3 $4"
}

# expect_text WHAT TEXT PATTERN: TEXT has to match the extended regular expression.
expect_text() {
  [[ $2 =~ $3 ]] || fail "$1: found '$2', expected something that matches '$3'"
}

# expect_no_text WHAT TEXT PATTERN
expect_no_text() {
  ! [[ $2 =~ $3 ]] || fail "$1: found '$2', which must not match '$3'"
}

expect_file() {
  [ -s "$1" ] || fail "$1: found no such file or an empty one; its folder has: $(ls "$(dirname "$1")" 2>&1 || true)"
}

# expect_json FILE FILTER [JQ-ARGUMENT...]: the filter has to be true.
expect_json() {
  local file=$1 filter=$2
  shift 2
  expect_file "$file"
  jq -e "$@" "$filter" "$file" >/dev/null || fail "$file: expected $filter${*:+ with $*}, found: $(jq -c . "$file" | cut -c1-1500)"
}
