#include "kernel/cgroup/memory_limits.h"

#include <string>

#include "base/text.h"
#include "kernel/cgroup/memory_v1.h"

namespace headroom {
namespace {

/// Values are bytes that a file may hold anything in; an error shows no more than this of them.
constexpr std::size_t kShownBytes = 64;

std::string_view WithoutLineEnd(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

std::string Shown(std::string_view text) {
  return "'" + EscapedForPeople(text.substr(0, kShownBytes)) + "'";
}

Result<bool> ParseSwitch(std::string_view text) {
  const std::string_view value = WithoutLineEnd(text);
  if (value == "0") return false;
  if (value == "1") return true;
  return Malformed("", Shown(value) + " is neither 0 nor 1");
}

/// One setting of the cgroup; an absent file leaves it absent.
template <typename Value>
Status ReadSetting(const CgroupDir& cgroup, const std::string& file,
                   Result<Value> (*parse)(std::string_view), std::optional<Value>& setting) {
  const auto text = cgroup.ReadValue(file);
  if (!text && text.error().code == ErrorCode::kNotFound) return {};
  if (!text) return std::unexpected(text.error());
  const auto value = parse(*text);
  if (!value) return Malformed(EscapedForPeople(cgroup.path()) + "/" + file, value.error().what);
  setting = *value;
  return {};
}

}  // namespace

Result<Limit> ParseLimit(std::string_view text) {
  const std::string_view value = WithoutLineEnd(text);
  if (value == "max") return Limit::Unlimited();
  if (const auto bytes = ParseUint64(value)) return Limit(Bytes{*bytes});
  return Malformed("", Shown(value) + " is neither 'max' nor a number of bytes");
}

Result<MemoryLimits> ReadMemoryLimits(const CgroupDir& cgroup) {
  MemoryLimits limits;
  Status read = ReadSetting(cgroup, "memory.max", ParseLimit, limits.max);
  if (read) read = ReadSetting(cgroup, "memory.high", ParseLimit, limits.high);
  if (read) read = ReadSetting(cgroup, "memory.swap.max", ParseLimit, limits.swap_max);
  if (read) read = ReadSetting(cgroup, "memory.oom.group", ParseSwitch, limits.oom_group);
  if (!read) return std::unexpected(read.error());
  if (limits == MemoryLimits{}) return ReadMemoryLimitsV1(cgroup).value_or(limits);
  return limits;
}

Result<Bytes> ReadBytes(const CgroupDir& cgroup, const std::string& file) {
  const auto text = cgroup.ReadValue(file);
  if (!text && text.error().code == ErrorCode::kNotFound) {
    if (const auto bytes = ReadBytesV1(cgroup, file)) return *bytes;
  }
  if (!text) return std::unexpected(text.error());
  const auto value = ParseUint64(WithoutLineEnd(*text));
  if (value) return Bytes{*value};
  return Malformed(EscapedForPeople(cgroup.path()) + "/" + file,
                   Shown(WithoutLineEnd(*text)) + " is no number of bytes");
}

}  // namespace headroom
