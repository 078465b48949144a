#include "supervisor/capture/section.h"

#include <utility>

#include "kernel/proc/process.h"

namespace headroom {
namespace {

Outcome OutcomeOf(const Error& error) {
  switch (error.code) {
    case ErrorCode::kGone:
      return Outcome::kTooLate;
    case ErrorCode::kTooLarge:
    case ErrorCode::kTimedOut:
      return Outcome::kPartial;
    default:
      return Outcome::kUnavailable;
  }
}

}  // namespace

Section MakeSection(const std::string& name, const std::function<Result<std::string>()>& read) {
  Section section;
  section.row.section = name;
  const BootTime start = NowBoot();
  auto bytes = read();
  section.row.captured_boot = start;
  section.row.captured_wall = NowWall();
  section.row.took = std::chrono::duration_cast<std::chrono::microseconds>(NowBoot() - start);
  if (bytes) {
    section.bytes = std::move(*bytes);
  } else {
    section.row.outcome = OutcomeOf(bytes.error());
    section.row.reason = bytes.error().Message();
  }
  return section;
}

Section TextSection(const std::string& name, std::string text) {
  Section section;
  section.row.section = name;
  section.row.captured_boot = NowBoot();
  section.row.captured_wall = NowWall();
  section.bytes = std::move(text);
  return section;
}

Section AbsentSection(const std::string& name, Outcome outcome, std::string reason) {
  Section section;
  section.row.section = name;
  section.row.outcome = outcome;
  section.row.reason = std::move(reason);
  return section;
}

Section ReadCgroupSection(const CgroupDir& cgroup, const std::string& file,
                          const std::string& name) {
  return MakeSection(name, [&] { return cgroup.Read(file); });
}

Section ReadProcessSection(const HostView& host, pid_t pid, const std::string& file,
                           const std::string& name, std::size_t max_bytes) {
  return MakeSection(name, [&] { return ReadProcessFile(host, pid, file, max_bytes); });
}

}  // namespace headroom
