# shellcheck shell=bash
# Numbers, one a line, into the figures that docs/benchmarks.md has.

# spread NAME: of the numbers on standard input: count, least, quartiles, most.
spread() {
  sort -n | awk -v name="$1" '{ v[NR] = $1 } END {
    if (NR == 0) { print name ": no numbers"; exit 1 }
    printf "%s n=%d min=%s q1=%s median=%s q3=%s max=%s\n", name, NR, v[1], at(0.25), at(0.5), at(0.75), v[NR] }
    function at(share, place) { place = int(share * NR) + 1; return v[place > NR ? NR : place] }'
}

# median FILE
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# compare NAME OURS REFERENCE: two files of numbers, a pair a line.
compare() {
  spread "$1" <"$2"
  spread "$1, reference" <"$3"
  paste "$2" "$3" | awk '{ printf "%.3f\n", $1 / $2 }' | spread "$1, ratio of pairs"
  awk -v name="$1" -v ours="$(median "$2")" -v reference="$(median "$3")" \
    'BEGIN { printf "%s, ratio of medians %.2f\n", name, ours / reference }'
}

# time_us COMMAND...: microseconds that it took as a process, from its start to its end.
time_us() { "$PROGRAMS/spawn" --rounds 1 --warm-up 0 -- "$@" | sed -nE 's/^command_ns .* median=([0-9]+) .*/\1/p' | awk '{ printf "%.0f\n", $1 / 1000 }'; }
