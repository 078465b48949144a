#include "explain/words/words.h"

#include <fmt/format.h>

#include "base/text.h"

namespace headroom {

namespace {

std::string CutAt(std::size_t most_bytes, std::string_view bytes) {
  if (bytes.size() <= most_bytes) return EscapedForPeople(bytes);
  return EscapedForPeople(bytes.substr(0, most_bytes)) + "...";
}

}  // namespace

std::string Shown(std::string_view bytes) { return CutAt(120, bytes); }

std::string ShownSentence(std::string_view bytes) { return CutAt(2000, bytes); }

std::string WhoText(const Enrolment& container) {
  if (container.image.empty()) {
    return fmt::format("{} ({})", Shown(container.DisplayName()), Shown(container.engine));
  }
  return fmt::format("{} ({}, {})", Shown(container.DisplayName()), Shown(container.engine),
                     Shown(container.image));
}

std::string ProcessText(int pid, std::string_view comm) {
  return comm.empty() ? fmt::format("pid {}", pid) : fmt::format("pid {} {}", pid, Shown(comm));
}

std::string CgroupText(const Case& the_case, std::string_view path) {
  const std::string& own = the_case.inputs.path();
  if (path.size() > own.size() && IsSameOrBelow(path, own)) {
    return Shown(path.substr(own == "/" ? 0 : own.size()));
  }
  return Shown(path);
}

std::string_view LimitFileName(const Case& the_case) {
  if (the_case.container().cgroup_version != CgroupVersion::kV1) return "memory.max";
  return the_case.level.with_swap ? "memory.memsw.limit_in_bytes" : "memory.limit_in_bytes";
}

std::string ShareText(Bytes part, const std::optional<Limit>& limit) {
  if (!limit || limit->unlimited()) return "";
  const double percent = 100.0 * Share(part, limit->bytes());
  return percent < 0.5 ? "" : fmt::format(" {:.0f} %", percent);
}

std::string CountText(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace headroom
