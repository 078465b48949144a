# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the files of lib/
# What a run brings into the guest: one tar file, given to it as a disk, that the initrd unpacks over / before
# systemd starts. Uses the variables of options.sh and $scratch.

# make_payload MODE: writes $scratch/payload.tar; MODE is run or shell.
make_payload() {
  local tree=$scratch/payload
  mkdir -p "$tree/usr/lib/headroom-guest" "$tree/root" "$tree/etc/systemd/system/multi-user.target.wants"
  add_product "$tree"
  add_puts "$tree"
  add_runner "$tree"
  add_settings "$1" >"$tree/usr/lib/headroom-guest/settings"
  printf '%s\0' "${command[@]}" >"$tree/usr/lib/headroom-guest/command"
  tar -C "$tree" --owner=0 --group=0 --sparse -cf "$scratch/payload.tar" . ||
    fail "cannot pack $tree for the guest; the line above says why"
  rm -rf "$tree"
}

# The product as a package would install it.
add_product() {
  local log=$scratch/install.log
  case $stage in
    none) ;;
    '')
      [ -f "$build/cmake_install.cmake" ] ||
        fail "$build is not a configured build; run: cmake --preset dev && cmake --build --preset dev (or give --build)"
      if ! DESTDIR=$1 cmake --install "$build" --prefix /usr >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        fail "cmake --install $build failed; the lines above end its output. Is the build complete?"
      fi
      ;;
    *)
      [ -d "$stage" ] || usage_error "--stage '$stage': no such folder"
      cp -a "$stage/." "$1/" || fail "cannot copy $stage"
      ;;
  esac
}

add_puts() {
  local item
  for item in ${puts[@]+"${puts[@]}"}; do
    cp -a "$(realpath -s "$item")" "$1/root/" || fail "cannot copy $item"
  done
}

add_runner() {
  install -m 755 "$VM_DIR/guest/runner" "$1/usr/lib/headroom-guest/runner"
  install -m 644 "$VM_DIR/guest/headroom-guest.service" "$1/etc/systemd/system/headroom-guest.service"
  ln -s ../headroom-guest.service "$1/etc/systemd/system/multi-user.target.wants/headroom-guest.service"
}

# add_settings MODE: prints the shell variables that the runner reads.
add_settings() {
  local swap_there=no rows=24 columns=80 item
  [ "$swap" = 0 ] || swap_there=yes
  if [ -t 0 ]; then read -r rows columns < <(stty size); fi
  printf 'MODE=%q\nTIMEOUT=%q\nSWAP=%q\n' "$1" "$timeout" "$swap_there"
  printf 'ROWS=%q\nCOLUMNS=%q\nTERM=%q\n' "$rows" "$columns" "${TERM:-dumb}"
  printf 'GET=('
  for item in ${gets[@]+"${gets[@]}"}; do printf ' %q' "${item%%:*}"; done
  printf ' )\n'
}

# unpack_gets: after the run, puts what came out where it was asked for.
unpack_gets() {
  local item path target depth
  [ -s "$scratch/files" ] || return 0
  for item in ${gets[@]+"${gets[@]}"}; do
    path=${item%%:*}
    target=${item#*:}
    ! grep -qxF "missing $path" "$scratch/status" || continue
    depth=$(dirname "$path" | tr -cd / | wc -c)
    [ "$(dirname "$path")" != / ] || depth=0
    mkdir -p "$target"
    tar -C "$target" -xf "$scratch/files" --no-same-owner --strip-components="$((depth + 1))" ".$path" ||
      say "cannot unpack $path of the guest into $target"
  done
}
