# shellcheck shell=bash disable=SC2154  # of the library
# Kills of containers of two sizes. Of each: how long the tripwire held it, against a C program that reads the same
# files of a living process of that size; and the time from the kernel's record of the kill to the published bundle,
# against a C program that copies that bundle and flushes it in the same way.

KILLS=${KILLS:-15}

# start_model LIMIT SIZE: an unwatched container that lives on at that size, for the reference.
start_model() {
  BOX=model-$1
  make_box "$1" /loads/eat --size 1G --hold-at "$2" --hold 3600
  remove_hooks
  start_box
  find_cgroup
  wait_for 30 "$BOX has grown to $2" uses_at_least "$2"
}

# published_us: from the kernel's record of the kill until the bundle had its name.
published_us() {
  local published_ns
  published_ns=$(stat -c %.9Z "$bundle" | tr -d .)
  printf '%s\n' $(((published_ns - wall_less_boot - killed_boot_ns) / 1000))
}

# phases: when, in microseconds after the kill: it was noticed, the container's last files were read, the verdict stood.
phases() {
  local noticed assembled
  noticed=$(jq .detected_boot_ns "$bundle/incident.json")
  assembled=$(jq '.sections[] | select(.section == "report.txt") | .captured_boot_ns' "$bundle/manifest.json")
  printf '%s %s\n' $(((noticed - killed_boot_ns) / 1000)) $(((assembled - killed_boot_ns) / 1000))
}

# kill_once NUMBER LIMIT
kill_once() {
  BOX=kill-$2-$1
  make_box "$2" /loads/eat --go /data/go --size 1G
  start_box
  wait_armed
  sleep 1
  go
  wait_box 60
  wait_bundle
  sleep 0.3
  read_kernel_victim
}

# take_figures LIMIT: of the last kill, each next to its reference.
take_figures() {
  local held published
  held=$(jq .held_us "$bundle/before/snapshot.json")
  [[ $held =~ ^[0-9]+$ ]] || fail "$bundle: was not held: $(jq -c . "$bundle/before/snapshot.json")"
  published=$(published_us)
  printf '%s\n' "$held" >>"$WORK/held-$1"
  time_us "$PROGRAMS/reference_reader" "$model_cgroup" >>"$WORK/reader-$1"
  printf '%s\n' "$published" >>"$WORK/published-$1"
  time_us "$PROGRAMS/copy_and_sync" "$bundle" "/var/lib/headroom/copies/$BOX" >>"$WORK/copied-$1"
  phases >>"$WORK/phases-$1"
  printf 'kill %s: held %s us, reader %s us, published %s us, copied %s us; noticed, verdict %s us\n' "$BOX" \
    "$held" "$(tail -n 1 "$WORK/reader-$1")" "$published" "$(tail -n 1 "$WORK/copied-$1")" "$(tail -n 1 "$WORK/phases-$1")"
}

# measure_size LIMIT SIZE
measure_size() {
  local number
  start_model "$1" "$2"
  model_cgroup=$cgroup
  kill_once 0 "$1" # warms up, not counted
  for ((number = 1; number <= KILLS; number++)); do
    kill_once "$number" "$1"
    take_figures "$1"
  done
  printf 'bundle of %s: %s files, %s bytes; smaps %s bytes\n' "$1" "$(find "$bundle" -type f | wc -l)" \
    "$(find "$bundle" -type f -printf '%s\n' | awk '{ s += $1 } END { print s }')" "$(stat -c %s "$bundle/before/smaps/$victim_pid")"
  compare "hold $1 (us)" "$WORK/held-$1" "$WORK/reader-$1"
  compare "kill to bundle $1 (us)" "$WORK/published-$1" "$WORK/copied-$1"
  cut -d' ' -f1 "$WORK/phases-$1" | spread "kill to notice $1 (us)"
  cut -d' ' -f2 "$WORK/phases-$1" | spread "kill to verdict $1 (us)"
  "$RUNTIME" kill "model-$1" KILL
}

measure_kill() {
  mkdir -p /var/lib/headroom/copies
  measure_size 64M 60M
  measure_size 256M 248M
}
