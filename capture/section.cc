#include "capture/section.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "capture/not_offered.h"

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

/// Why a file was not read to its end; empty: it was.
using Cut = std::string;

/// What the file gives up to `max_bytes`, or until `deadline`; more is left unread. What was read
/// before the process died is kept: a torn smaps still shows the mappings that come first.
Result<std::string> ReadBeginning(int fd, const std::string& path, std::size_t max_bytes,
                                  BootTime deadline, Cut& cut) {
  std::string bytes;
  constexpr std::size_t kChunk = 65536;
  for (;;) {
    const std::size_t old_size = bytes.size();
    bytes.resize(old_size + kChunk);
    const ssize_t got = read(fd, bytes.data() + old_size, kChunk);
    bytes.resize(old_size + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && old_size == 0) return SystemError(path, "cannot be read");
    if (got > 0 && bytes.size() >= max_bytes) {
      cut = fmt::format("only the first {} bytes were kept", max_bytes);
    } else if (got > 0 && NowBoot() > deadline) {
      cut = fmt::format("only the first {} bytes could be read in time", bytes.size());
    }
    if (got <= 0 || !cut.empty()) return bytes;
  }
}

/// "ShdPnd:" of a status: what was sent to the whole process and not yet taken. 0 without one.
std::uint64_t PendingSignals(std::string_view status) {
  constexpr std::string_view kKey = "ShdPnd:";
  while (const auto line = TakeLine(status)) {
    if (!line->starts_with(kKey)) continue;
    const std::string_view hex = Trimmed(line->substr(kKey.size()));
    std::uint64_t signals = 0;
    const auto [stop, error] = std::from_chars(hex.data(), hex.data() + hex.size(), signals, 16);
    return error == std::errc{} ? signals : 0;
  }
  return 0;
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
  return MakeSection(name, [&] { return WithWhyNotOffered(cgroup.Read(file), file); });
}

bool IsNobodyElse(const HostView& host, const ProcessId& process) {
  const auto stat = ReadProcessStat(host, process.pid);
  return !stat || stat->id == process;
}

bool IsWhole(const HostView& host, const ProcessId& process) {
  constexpr std::size_t kStatusBytes = 65536;
  constexpr std::uint64_t kKill = 1U << 8U;  // SIGKILL in a mask of signals
  const auto text = ReadProcessFile(host, process.pid, "status", kStatusBytes);
  const auto stat = ReadProcessStat(host, process.pid);
  if (!text || !stat || stat->id != process) return false;
  const auto status = ParseProcessStatus(*text);
  const auto pending = PendingSignals(*text);
  return status && status->vm_rss && (pending & kKill) == 0;
}

Section ReadProcessSection(const HostView& host, const ProcessId& process, const std::string& file,
                           const std::string& name, std::size_t max_bytes, BootTime deadline) {
  Cut cut;
  Section section = MakeSection(name, [&]() -> Result<std::string> {
    const std::string path = fmt::format("{}/{}/{}", host.proc, process.pid, file);
    const auto fd = OpenAt(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW);
    // A process that has ended takes its whole directory along.
    if (!fd && fd.error().code == ErrorCode::kNotFound) {
      return MakeError(ErrorCode::kGone, path, "went away with its process");
    }
    if (!fd) return std::unexpected(fd.error());
    auto bytes = ReadBeginning(fd->get(), path, max_bytes, deadline, cut);
    if (!IsNobodyElse(host, process)) {
      return MakeError(ErrorCode::kGone, path, "is another process's by now");
    }
    return bytes;
  });
  if (!cut.empty() && section.row.outcome == Outcome::kComplete) {
    section.row.outcome = Outcome::kPartial;
    section.row.reason = std::move(cut);
  }
  return section;
}

}  // namespace headroom
