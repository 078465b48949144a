#include "capture/section.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "base/file.h"

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

/// What the file gives up to `max_bytes`; more is left unread, which `cut` says. What was read
/// before the process died is kept: a torn smaps still shows the mappings that come first.
Result<std::string> ReadBeginning(int fd, const std::string& path, std::size_t max_bytes,
                                  bool& cut) {
  std::string bytes;
  constexpr std::size_t kChunk = 65536;
  for (;;) {
    const std::size_t old_size = bytes.size();
    bytes.resize(old_size + kChunk);
    const ssize_t got = read(fd, bytes.data() + old_size, kChunk);
    bytes.resize(old_size + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && old_size == 0) return SystemError(path, "cannot be read");
    cut = got > 0 && bytes.size() >= max_bytes;
    if (got <= 0 || cut) return bytes;
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

bool IsNobodyElse(const HostView& host, const ProcessId& process) {
  const auto stat = ReadProcessStat(host, process.pid);
  return !stat || stat->id == process;
}

Section ReadProcessSection(const HostView& host, const ProcessId& process, const std::string& file,
                           const std::string& name, std::size_t max_bytes) {
  bool cut = false;
  Section section = MakeSection(name, [&]() -> Result<std::string> {
    const std::string path = fmt::format("{}/{}/{}", host.proc, process.pid, file);
    const auto fd = OpenAt(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW);
    // A process that has ended takes its whole directory along.
    if (!fd && fd.error().code == ErrorCode::kNotFound) {
      return MakeError(ErrorCode::kGone, path, "went away with its process");
    }
    if (!fd) return std::unexpected(fd.error());
    auto bytes = ReadBeginning(fd->get(), path, max_bytes, cut);
    if (!IsNobodyElse(host, process)) {
      return MakeError(ErrorCode::kGone, path, "is another process's by now");
    }
    return bytes;
  });
  if (cut && section.row.outcome == Outcome::kComplete) {
    section.row.outcome = Outcome::kPartial;
    section.row.reason = fmt::format("only the first {} bytes were kept", max_bytes);
  }
  return section;
}

}  // namespace headroom
