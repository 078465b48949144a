# shellcheck shell=bash disable=SC2034,SC2154
# Containers of Podman and Docker that are enrolled: by a hook in Podman's hooks directory, and by headroom-runtime,
# which Docker starts its containers with. $RUNTIME is the engine.

PODMAN_HOOKS=/usr/share/containers/oci/hooks.d

# What the functions find out.
engine_boxes=() engine_runtime=()

# install_says STATUS PATTERN ARGUMENT...: `headroom ARGUMENT...`, which has to end and to say so.
install_says() {
  local wanted=$1 pattern=$2 said status=0
  shift 2
  said=$(headroom "$@" 2>&1) || status=$?
  step "headroom $*: $said"
  expect "exit status of headroom $*" "$status" "$wanted"
  expect_text "headroom $*" "$said" "$pattern"
}

# folder_state FOLDER: every file of it, to the byte, with mode, owner and time.
folder_state() {
  find "$1" -type f -printf '%P %m %u %g %t ' -exec sha256sum {} + | sort
}

# start_engine: and an image headroom-box of the containers' root file system.
start_engine() {
  if [ "$RUNTIME" = docker ]; then
    mkdir -p /etc/docker
    jq -n --arg runc "$(command -v runc)" '{runtimes: {headroom: {path: "/usr/lib/headroom/headroom-runtime",
      runtimeArgs: ["--headroom-runtime", $runc]}}}' >/etc/docker/daemon.json
    systemctl restart docker
    engine_runtime=(--runtime headroom)
  else
    register_podman_hook createRuntime
    register_podman_hook poststop
  fi
  tar -C "$ROOTFS" -c . | "$RUNTIME" import - headroom-box >/dev/null
  trap 'remove_engine_boxes' EXIT
}

# register_podman_hook STAGE
register_podman_hook() {
  mkdir -p "$PODMAN_HOOKS"
  jq -n --arg hook "$HOOK" --arg stage "$1" '{version: "1.0.0", hook: {path: $hook, args: ["headroom-hook", $stage],
    timeout: 10, env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]}, when: {always: true}, stages: [$stage]}' >"$PODMAN_HOOKS/headroom-$1.json"
}

remove_engine_boxes() {
  [ ${#engine_boxes[@]} -eq 0 ] || "$RUNTIME" rm --force "${engine_boxes[@]}" >/dev/null 2>&1 || true
}

# engine_box NAME ARGUMENT...: runs it detached, with 64 MiB; $BOX is its id, $box_dir a folder for what is asked of it.
engine_box() {
  engine_boxes+=("$1")
  box_dir=$WORK/$1
  mkdir -p "$box_dir"
  BOX=$("$RUNTIME" run --detach "${engine_runtime[@]}" --name "$1" --network none --memory 64m --memory-swap 64m "${@:2}")
  step "$1 is $BOX"
}

engine_box_ended() { [ "$("$RUNTIME" inspect --format '{{.State.Running}}' "$BOX")" = false ]; }

# wait_engine_box STATUS: until $BOX has ended, with that status.
wait_engine_box() {
  wait_for 60 "$BOX has ended" engine_box_ended
  expect "exit code of $BOX" "$("$RUNTIME" inspect --format '{{.State.ExitCode}}' "$BOX")" "$1"
}
