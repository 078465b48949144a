#include "supervisor/watch/oomd_marks.h"

#include <sys/xattr.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace headroom {
namespace {

std::optional<std::uint64_t> ReadCount(const std::string& path, const char* attribute) {
  std::array<char, 32> value{};
  const ssize_t size = lgetxattr(path.c_str(), attribute, value.data(), value.size());
  if (size <= 0) return std::nullopt;
  return ParseUint64({value.data(), static_cast<std::size_t>(size)});
}

}  // namespace

std::vector<OomdMark> ReadOomdMarks(const HostView& host, const std::vector<std::string>& paths) {
  std::vector<OomdMark> marks;
  for (const std::string& path : paths) {
    if (path.empty()) continue;
    const std::string dir = host.cgroup_root + path;
    OomdMark mark{.cgroup = path,
                  .kills = ReadCount(dir, "user.oomd_kill"),
                  .ooms = ReadCount(dir, "user.oomd_ooms")};
    if (mark.kills || mark.ooms) marks.push_back(std::move(mark));
  }
  return marks;
}

std::vector<OomdMark> RisenMarks(const std::vector<OomdMark>& before,
                                 const std::vector<OomdMark>& now) {
  std::vector<OomdMark> risen;
  for (const OomdMark& mark : now) {
    const auto old = std::ranges::find(before, mark.cgroup, &OomdMark::cgroup);
    const OomdMark none;
    const OomdMark& last = old == before.end() ? none : *old;
    const bool rose = mark.kills.value_or(0) > last.kills.value_or(0) ||
                      mark.ooms.value_or(0) > last.ooms.value_or(0);
    if (rose) risen.push_back(mark);
  }
  return risen;
}

}  // namespace headroom
