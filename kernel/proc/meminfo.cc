#include "kernel/proc/meminfo.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <array>

#include "base/file.h"
#include "base/text.h"
#include "kernel/proc/kilobytes.h"

namespace headroom {

Result<Meminfo> ParseMeminfo(std::string_view text) {
  Meminfo meminfo;
  struct Key {
    std::string_view name;
    std::optional<Bytes>* value;
  };
  const std::array<Key, 6> keys = {{{"MemTotal:", &meminfo.total},
                                    {"MemFree:", &meminfo.free},
                                    {"MemAvailable:", &meminfo.available},
                                    {"SwapTotal:", &meminfo.swap_total},
                                    {"SwapFree:", &meminfo.swap_free},
                                    {"Hugetlb:", &meminfo.hugetlb}}};
  while (const auto line = TakeLine(text)) {
    for (const Key& key : keys) {
      if (!line->starts_with(key.name)) continue;
      *key.value = ParseKilobytes(line->substr(key.name.size()));
      if (!*key.value) {
        return Malformed("meminfo",
                         fmt::format("line '{}' holds no amount in kB", EscapedForPeople(*line)));
      }
    }
  }
  return meminfo;
}

Result<Meminfo> ReadMeminfo(const HostView& host) {
  constexpr std::size_t kLargest = 65536;
  const auto text = ReadValueAt(AT_FDCWD, host.proc + "/meminfo", kLargest);
  if (!text) return std::unexpected(text.error());
  return ParseMeminfo(*text);
}

}  // namespace headroom
