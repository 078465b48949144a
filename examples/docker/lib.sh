# shellcheck shell=bash
# What both examples of this folder do first.
. "$(dirname "$0")/../lib.sh"

IMAGE=headroom-example

knows_headroom() { docker info --format '{{json .Runtimes}}' | grep -q '"headroom"'; }

# register_docker: dockerd knows the runtime a moment after it was told to read its configuration anew.
register_docker() {
  local tries
  register docker
  show systemctl reload docker
  for ((tries = 0; tries < 50; tries++)); do
    ! knows_headroom || return 0
    sleep 0.2
  done
  die "10 s after its reload dockerd does not know the runtime headroom; look at: journalctl -u docker"
}

# start_with_image: what is needed is there, and the image too.
start_with_image() {
  need_headroom
  need docker docker.io
  docker info >/dev/null 2>&1 || die "dockerd does not answer; run: systemctl start docker"
  say "An image without a registry"
  "$EXAMPLES/rootfs" | docker import - "$IMAGE" >/dev/null
  later docker rmi --force "$IMAGE"
  register_docker
}
