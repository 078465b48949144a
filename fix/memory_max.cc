#include <fmt/format.h>

#include "fix/fix.h"

namespace headroom {
namespace {

constexpr std::uint64_t kPage = 4096;  // the kernel keeps limits in whole pages, rounded down

std::unexpected<Error> Refused(std::string_view where, std::string_view why) {
  return MakeError(ErrorCode::kDenied, where, why);
}

/// Opens the container's cgroup, if it still is the one that was judged.
Result<CgroupDir> OpenJudged(const HostView& host, const ContainerFacts& facts) {
  if (!facts.own_cgroup) return Refused(facts.cgroup.path, facts.not_own_reason);
  auto cgroup = CgroupDir::Open(host, facts.cgroup.path);
  if (cgroup && cgroup->inode() != facts.cgroup.inode) {
    return MakeError(ErrorCode::kGone, facts.cgroup.path, "is another cgroup than the one judged");
  }
  return cgroup;
}

Result<Limit> ReadMax(const CgroupDir& cgroup) {
  const auto text = cgroup.Read("memory.max");
  if (!text) return std::unexpected(text.error());
  return ParseLimit(*text);
}

/// Tightens only: neither a limit that is already lower, nor below what is in use, where the
/// write itself would make the kernel kill.
Status CheckTightens(const CgroupDir& cgroup, Bytes value) {
  const auto now = ReadMax(cgroup);
  if (!now) return std::unexpected(now.error());
  if (*now <= Limit(value)) {
    return Refused("memory.max", fmt::format("is already {}", ToText(*now)));
  }
  const auto used = ReadBytes(cgroup, "memory.current");
  if (!used) return std::unexpected(used.error());
  if (*used > value) {
    return Refused("memory.current",
                   fmt::format("is {}, more than the {} to be set", ToText(*used), ToText(value)));
  }
  return {};
}

Result<Limit> Write(const HostView& host, Bytes value, const ContainerFacts& facts) {
  const auto cgroup = OpenJudged(host, facts);
  if (!cgroup) return std::unexpected(cgroup.error());
  if (auto tightens = CheckTightens(*cgroup, value); !tightens) {
    return std::unexpected(tightens.error());
  }
  const auto written = cgroup->Write("memory.max", ToCgroupText(Limit(value)));
  if (!written) return std::unexpected(written.error());
  return ReadMax(*cgroup);
}

}  // namespace

FixOutcome FixMemoryMax(const FixContext& context, Bytes value, ContainerFacts& facts) {
  const auto now = Write(context.host, value, facts);
  if (!now) return {.fixed = false, .text = "not fixed: " + now.error().Message()};
  facts.cgroup.limits.max = *now;
  const bool as_asked =
      !now->unlimited() && now->bytes() <= value && value - now->bytes() < Bytes{kPage};
  if (!as_asked) {
    return {.fixed = false,
            .text = fmt::format("not fixed: wrote {} into memory.max and read back {}",
                                ToText(value), ToText(*now))};
  }
  return {.fixed = true, .text = fmt::format("fixed: memory.max is now {}", ToText(*now))};
}

}  // namespace headroom
