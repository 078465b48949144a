#include "kernel/cgroup/hugetlb.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "base/file.h"
#include "base/text.h"
#include "kernel/cgroup/memory_limits.h"

namespace headroom {
namespace {

struct Unit {
  std::string_view name;
  unsigned shift;
};
constexpr std::array<Unit, 3> kUnits = {{{"GB", 30}, {"MB", 20}, {"KB", 10}}};

}  // namespace

std::string_view HugetlbSizeInFileName(std::string_view file) {
  constexpr std::string_view kPrefix = "hugetlb.";
  constexpr std::string_view kSuffix = ".max";
  if (!file.starts_with(kPrefix) || !file.ends_with(kSuffix)) return {};
  file.remove_prefix(kPrefix.size());
  file.remove_suffix(std::min(file.size(), kSuffix.size()));
  return file;
}

std::optional<Bytes> ParseHugePageSize(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (!name.ends_with(unit.name)) continue;
    const auto number = ParseUint64(name.substr(0, name.size() - unit.name.size()));
    const bool fits = number && *number > 0 &&
                      *number <= (std::numeric_limits<std::uint64_t>::max() >> unit.shift);
    return fits ? std::optional(Bytes{*number << unit.shift}) : std::nullopt;
  }
  return std::nullopt;
}

std::string HugePageSizeName(Bytes size) {
  for (const Unit& unit : kUnits) {
    if (size.value != 0 && std::countr_zero(size.value) >= static_cast<int>(unit.shift)) {
      return fmt::format("{}{}", size.value >> unit.shift, unit.name);
    }
  }
  return fmt::format("{}B", size.value);
}

std::vector<HugetlbLimit> ReadHugetlbLimits(const CgroupDir& cgroup) {
  std::vector<HugetlbLimit> limits;
  const auto names = ListDirectory(cgroup.fd(), cgroup.path());
  if (!names) return limits;
  for (const std::string& file : *names) {
    const auto size = ParseHugePageSize(HugetlbSizeInFileName(file));
    if (!size) continue;
    const auto text = cgroup.ReadValue(file);
    const auto max = text ? ParseLimit(*text) : std::unexpected(text.error());
    if (max) limits.push_back({.page_size = *size, .max = *max});
  }
  std::ranges::sort(limits, {}, &HugetlbLimit::page_size);
  return limits;
}

}  // namespace headroom
