# shellcheck shell=bash
# The system calls that a filter of ours has refused, as the kernel's audit log tells: a refusal is a fault of ours.

# Those that somebody was told of already.
REFUSED_SEEN=/var/log/scenarios/refused

# refused_calls: those that nobody was told of yet, `program number` each, with commas between.
refused_calls() {
  dmesg | sed -nE 's/.*type=1326 .* exe="([^"]*\/headroom[^"]*)" .* syscall=([0-9]+) .*/\1 \2/p' | sort -u |
    grep -vxFf "$REFUSED_SEEN" | tee -a "$REFUSED_SEEN" | paste -sd,
}
