#pragma once

namespace headroom {

/// What a program does that was started for want of one which is there by now: it ends, in order.
/// systemd is told first that it was ready, as the end of a service that never was is a failure to
/// systemd (Type=notify): it would be started again and again, and behind each end it would be
/// undone what the one that is there has marked. Returns the exit status.
[[nodiscard]] int EndAsNeedless();

}  // namespace headroom
