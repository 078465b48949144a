# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the files of lib/
# Starts the guest, watches it and ends it. Uses the variables of options.sh, $image and $scratch.

readonly BOOT_TIMEOUT=${HEADROOM_VM_BOOT_TIMEOUT:-180}
# The guest shows life every 5 s. A whole minute and more without is no slow machine.
readonly SILENCE=${HEADROOM_VM_SILENCE:-120}
readonly GRACE=20 # seconds that the guest has, after its own limit, to tell that time is up

# The words from mitigations on serve speed. norandmaps most of all: qemu translates a program's code anew for
# every address it is loaded at, and with one fixed address starting a process takes 9 ms instead of 40.
kernel_command_line() {
  local line='root=/dev/vda rw console=ttyS0 panic=-1 quiet psi=1 log_buf_len=4M apparmor=0'
  # Without apparmor the kernel would pick selinux, which then complains that it has no policy.
  line+=' lsm=landlock,yama,bpf'
  line+=' mitigations=off rcupdate.rcu_expedited=1 cryptomgr.notests random.trust_cpu=on nowatchdog'
  line+=' norandmaps net.ifnames=0 systemd.show_status=auto'
  # One guest in about a hundred hung, one processor waiting for the other as if emulation had lost a wake-up.
  # Without a tick an idle processor may sleep for ever then; with one it looks again within 4 ms.
  line+=' nohz=off'
  # On a busy machine the emulated timer ticks late, and a kernel that checks whether it works panics over it.
  line+=' no_timer_check'
  if [ "$cgroup" = v1 ]; then
    line+=' systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller=1'
  else
    line+=' systemd.unified_cgroup_hierarchy=1'
  fi
  printf '%s' "$line${append:+ $append}"
}

# disk FILE: one more virtio disk; what the guest writes goes to a temporary file that vanishes with qemu.
disk() { printf 'file=%s,if=virtio,format=raw,cache=unsafe,snapshot=on' "$1"; }

# port_arguments: a virtio-serial port to a plain file for each stream. A plain file never makes qemu wait, so
# bytes are on it before the guest's next step.
port_arguments() {
  local name
  for name in status out err files; do
    : >"$scratch/$name"
    qemu_arguments+=(-chardev "file,id=$name,path=$scratch/$name,append=on"
      -device "virtserialport,chardev=$name,name=$name")
  done
}

# monitor_arguments: a pipe to qemu's own prompt, to ask what the processors of a guest that hangs are doing.
monitor_arguments() {
  mkfifo "$scratch/monitor.in" "$scratch/monitor.out" || fail "cannot make a pipe in $scratch"
  qemu_arguments+=(-chardev "pipe,id=monitor,path=$scratch/monitor" -mon chardev=monitor)
}

# make_qemu_arguments: fills qemu_arguments.
make_qemu_arguments() {
  qemu_arguments=(-nodefaults -no-user-config -no-reboot -display none -nic none
    -machine pc -cpu max -smp 2 -m "$memory"
    -kernel "${kernel_file:-$image/vmlinuz-$kernel}" -initrd "$image/initrd-$kernel"
    -append "$(kernel_command_line)"
    -drive "$(disk "$image/disk.img")" -drive "$(disk "$scratch/payload.tar")"
    -serial "file:$scratch/console" -device virtio-serial-pci)
  if [ "$accel" = kvm ]; then qemu_arguments+=(-accel kvm); else qemu_arguments+=(-accel "tcg,thread=multi"); fi
  [ "$swap" = 0 ] || add_swap_disk
  port_arguments
  monitor_arguments
}

add_swap_disk() {
  # Without holes and for us alone, or mkswap says a paragraph about either.
  (umask 077 && fallocate -l "${swap}M" "$scratch/swap")
  PATH=$PATH:/usr/sbin:/sbin mkswap "$scratch/swap" >/dev/null ||
    fail "mkswap failed on a file of $swap MiB; the line above says why"
  qemu_arguments+=(-drive "$(disk "$scratch/swap")")
}

# status_line WORD: the first line of the status port that begins with WORD.
status_line() { grep -m 1 "^$1" "$scratch/status"; }

guest_runs() { kill -0 "$qemu_pid" 2>/dev/null; }

# wait_for PATTERN SECONDS: until a status line matches. Fails with 1 when the guest ended, 2 when time is up.
wait_for() {
  local end=$((SECONDS + $2))
  until grep -q -E "$1" "$scratch/status"; do
    if ! guest_runs; then
      # It may have said it just before it ended.
      ! grep -q -E "$1" "$scratch/status" || return 0
      return 1
    fi
    [ "$2" = 0 ] || [ $SECONDS -lt $end ] || return 2
    sleep 0.1
  done
}

# guest_silent: whether the guest has shown no life for so long that it hangs.
guest_silent() { [ $((EPOCHSECONDS - $(stat -c %Y "$scratch/status"))) -ge "$SILENCE" ]; }

# wait_for_living PATTERN SECONDS: as wait_for, and fails with 3 when the guest hangs.
wait_for_living() {
  local begun=$SECONDS status=2 limit
  while [ $status = 2 ]; do
    if guest_silent; then return 3; fi
    limit=10
    [ "$2" = 0 ] || limit=$(($2 - SECONDS + begun))
    [ "$limit" -gt 0 ] || return 2
    status=0
    wait_for "$1" $((limit < 10 ? limit : 10)) || status=$?
  done
  return $status
}

# processors: what each processor of the guest is doing, in qemu's words.
processors() {
  local answer
  exec {answer}<>"$scratch/monitor.out"
  echo 'info registers -a' >"$scratch/monitor.in"
  timeout 2 cat <&"$answer" | sed 's/\x1b\[[0-9;]*[A-Za-z]//g' | grep -aE '^(CPU#|RIP=)'
  exec {answer}<&-
}

# Asked politely, qemu first finishes what the guest has written. One that hangs is killed after 5 s.
stop_guest() {
  local tries
  [ -n "${qemu_pid-}" ] || return 0
  kill "$qemu_pid" 2>/dev/null
  for ((tries = 0; tries < 100; tries++)); do
    guest_runs || break
    sleep 0.05
  done
  kill -KILL "$qemu_pid" 2>/dev/null
  wait "$qemu_pid" 2>/dev/null
  qemu_pid=''
}

# keep_console: saves the console for whoever looks into a failure, and prints where.
keep_console() {
  local kept
  mkdir -p "$CACHE_DIR/logs"
  find "$CACHE_DIR/logs" -type f -mtime +7 -delete
  kept=$CACHE_DIR/logs/console-$(date +%Y%m%d-%H%M%S)-$$.txt
  { cat "$scratch/qemu.log" "$scratch/console" || true; } >"$kept" 2>/dev/null
  printf '%s' "$kept"
}

# guest_failed STATUS WHAT: ends the harness with the end of the console and one line that tells WHAT.
guest_failed() {
  local status=$1 kept
  shift
  ! guest_runs || processors >>"$scratch/console"
  stop_guest
  kept=$(keep_console)
  tail -n 40 "$kept" | sed 's/\r$//; s/^/  console: /' >&2
  die "$status" "$*; the console is in $kept"
}

check_host() {
  need qemu-system-x86_64 qemu-system-x86
  need tar tar
  need mkswap util-linux
  [ "$accel" = tcg ] || [ -w /dev/kvm ] ||
    fail "--accel kvm: /dev/kvm is missing or not writable for user $(id -un); use --accel tcg"
  [ -z "$kernel_file" ] || [ -r "$kernel_file" ] || fail "--kernel-file '$kernel_file': no such file; the guest cannot boot"
}
