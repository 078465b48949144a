# shellcheck shell=bash
# Podman of an ordinary user, with a systemd and a supervisor of their own. For scenarios that run alone.

NAME=headroom-user
HOME_DIR=/home/$NAME

# What make_user finds out.
uid='' user_run=''

as_user() {
  runuser -u "$NAME" -- env -C "$HOME_DIR" HOME="$HOME_DIR" XDG_RUNTIME_DIR="$user_run" \
    DBUS_SESSION_BUS_ADDRESS="unix:path=$user_run/bus" PATH="$PATH" "$@"
}

make_user() {
  id "$NAME" >/dev/null 2>&1 || useradd --create-home "$NAME"
  uid=$(id -u "$NAME")
  user_run=/run/user/$uid
  grep -q "^$NAME:" /etc/subuid || echo "$NAME:100000:65536" | tee -a /etc/subuid >>/etc/subgid
  loginctl enable-linger "$NAME"
  wait_for 30 "the user's manager" test -S "$user_run/systemd/private"
}

# import_user_box: the image headroom-box, and no hook of a scenario before this one, nor the name of a folder of them.
import_user_box() {
  rm -rf "$HOME_DIR/.config/containers"
  rm -f "$PODMAN_HOOKS"/headroom-*.json
  tar -C "$ROOTFS" -c . | as_user podman import - headroom-box >/dev/null
}

# name_user_hooks: a folder of the user's own in their configuration, without which Podman reads none.
name_user_hooks() {
  as_user mkdir -p "$HOME_DIR/.config/containers"
  printf '[engine]\nhooks_dir = ["%s", "%s"]\n' "$PODMAN_HOOKS" "$HOME_DIR/.config/containers/oci/hooks.d" |
    as_user tee "$HOME_DIR/.config/containers/containers.conf" >/dev/null
}

user_pid() { as_user systemctl --user show --property MainPID --value "$1"; }
user_is_ready() { [ "$(as_user systemctl --user is-active headroomd.service headroom-guardian.service | sort -u)" = active ]; }
is_armed() { as_user headroom ps | grep -q "$1 .*armed"; }
remove_user_boxes() { as_user podman rm --all --force --time 0 >/dev/null 2>&1 || true; }
