# shellcheck shell=bash
# What a scenario sources first. It runs as root in the guest, with these set by the driver:
#   SCENARIO  its name        RUNTIME  runc, crun or podman        WORK  an empty folder of its own
#   WITHOUT   what this host lacks; empty: nothing
# It ends with 0 (passed), 77 (skipped: call skip) or anything else (failed: call fail).
set -euo pipefail

GUEST_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=integration-tests/guest/lib/assert.sh
. "$GUEST_DIR/lib/assert.sh"
# shellcheck source=integration-tests/guest/lib/facilities.sh
. "$GUEST_DIR/lib/facilities.sh"
# shellcheck source=integration-tests/guest/lib/box.sh
. "$GUEST_DIR/lib/box.sh"
# shellcheck source=integration-tests/guest/lib/daemon.sh
. "$GUEST_DIR/lib/daemon.sh"
# shellcheck source=integration-tests/guest/lib/by_hand.sh
. "$GUEST_DIR/lib/by_hand.sh"
# shellcheck source=integration-tests/guest/lib/engine.sh
. "$GUEST_DIR/lib/engine.sh"
# shellcheck source=integration-tests/guest/lib/evidence.sh
. "$GUEST_DIR/lib/evidence.sh"
# shellcheck source=integration-tests/guest/lib/ending.sh
. "$GUEST_DIR/lib/ending.sh"
# shellcheck source=integration-tests/guest/lib/policy.sh
. "$GUEST_DIR/lib/policy.sh"
# shellcheck source=integration-tests/guest/lib/refused.sh
. "$GUEST_DIR/lib/refused.sh"
# shellcheck source=integration-tests/guest/lib/pairs.sh
. "$GUEST_DIR/lib/pairs.sh"

use_lacking_hook

set -o errtrace
trap 'on_error "$LINENO" "$BASH_COMMAND"' ERR
