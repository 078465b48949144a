#include "kernel/proc/dirty_sysctls.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <limits>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/text.h"

namespace headroom {
namespace {

std::optional<std::uint64_t> ReadNumber(const HostView& host, std::string_view name) {
  constexpr std::size_t kMaxBytes = 64;
  const auto text = ReadValueAt(AT_FDCWD, fmt::format("{}/sys/vm/{}", host.proc, name), kMaxBytes);
  return text ? ParseUint64(Trimmed(*text)) : std::nullopt;
}

/// The ratio first: it is what nearly every host goes by, and then the bytes are 0.
DirtyThreshold ReadThreshold(const HostView& host, std::string_view prefix) {
  const auto ratio = ReadNumber(host, fmt::format("{}_ratio", prefix));
  if (ratio && *ratio > 0 && *ratio <= std::numeric_limits<unsigned>::max()) {
    return {.bytes = std::nullopt, .ratio = static_cast<unsigned>(*ratio)};
  }
  const auto bytes = ReadNumber(host, fmt::format("{}_bytes", prefix));
  if (bytes && *bytes > 0) return {.bytes = Bytes{*bytes}, .ratio = std::nullopt};
  if (ratio == 0) return {.bytes = std::nullopt, .ratio = 0};
  return {};
}

}  // namespace

DirtySysctls ReadDirtySysctls(const HostView& host) {
  return {.hard = ReadThreshold(host, "dirty"),
          .background = ReadThreshold(host, "dirty_background")};
}

}  // namespace headroom
