#pragma once

#include <string>
#include <string_view>

#include "kernel/log/kernel_log.h"

namespace headroom {

/// What a kernel log tells, for people: a block a report, 80 columns wide, no colour. `file` is
/// what they call it. Pure.
[[nodiscard]] std::string KernelLogText(const KernelLogReport& report, std::string_view file);

/// The same for programs, schema "headroom.kernel-log/1": "events" has one for each process that
/// was killed, in the order of the kill lines; "incomplete" the reports whose victim the text does
/// not state. What it does not state is null; sizes are in kB of 1024 bytes, those of "tasks" as
/// the kernel printed them (pages). Bytes that are not UTF-8 become U+FFFD. Pure.
[[nodiscard]] std::string KernelLogJson(const KernelLogReport& report);

}  // namespace headroom
