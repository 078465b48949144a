#include "kernel/proc/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "base/file.h"
#include "base/text.h"
#include "kernel/proc/kilobytes.h"

namespace headroom {
namespace {

constexpr std::size_t kSmallFileBytes = std::size_t{64} << 10U;
/// What an error shows of text that is not what it should be.
constexpr std::size_t kShownBytes = 80;

std::optional<int> ParseInt(std::string_view text) {
  const auto value = ParseInt64(text);
  if (!value || *value < std::numeric_limits<int>::min() ||
      *value > std::numeric_limits<int>::max()) {
    return std::nullopt;
  }
  return static_cast<int>(*value);
}

std::unexpected<Error> MalformedStat(std::string_view text, std::string_view expected) {
  return Malformed("stat", fmt::format("found '{}', expected {}",
                                       EscapedForPeople(text.substr(0, kShownBytes)), expected));
}

/// proc(5) counts fields from 1, and `fields` begins behind the name, with field 3.
std::string_view StatField(std::span<const std::string_view> fields, std::size_t number) {
  constexpr std::size_t kFirst = 3;
  return number - kFirst < fields.size() ? fields[number - kFirst] : std::string_view{};
}

/// Only of a process that has ended: in a living one the field holds other things. 0 counts as
/// absent, as the kernel also prints it to a reader without ptrace access.
std::optional<int> ExitCodeOf(char state, std::string_view field) {
  if (state != 'Z' && state != 'X') return std::nullopt;
  const auto code = ParseInt(field);
  return code == 0 ? std::nullopt : code;
}

/// A key of /proc/PID/status and where its value goes.
struct StatusKey {
  std::string_view name;
  std::optional<std::uint64_t>* number = nullptr;
  std::optional<Bytes>* bytes = nullptr;
};

bool SetStatusValue(const StatusKey& key, std::string_view value) {
  if (key.bytes != nullptr) {
    const auto bytes = ParseKilobytes(value);
    if (bytes) *key.bytes = *bytes;
    return bytes.has_value();
  }
  const auto words = Words(value);  // "Uid:" has four, the real one first
  const auto number = words.empty() ? std::nullopt : ParseUint64(words.front());
  if (number) *key.number = number;
  return number.has_value();
}

std::string WithoutDeletedMark(std::string_view path) {
  constexpr std::string_view kMark = " (deleted)";
  if (path.ends_with(kMark)) path.remove_suffix(kMark.size());
  return std::string(path);
}

/// Takes one line "ID:CONTROLLERS:PATH"; anything else is passed over.
void TakeCgroupLine(std::string_view line, ProcessCgroup& cgroup) {
  const std::size_t first = line.find(':');
  const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
  if (second == std::string_view::npos || !line.substr(second + 1).starts_with('/')) return;
  const std::string_view controllers = line.substr(first + 1, second - first - 1);
  const std::string path = WithoutDeletedMark(line.substr(second + 1));
  if (line.substr(0, first) == "0" && controllers.empty()) {
    if (!cgroup.v2) cgroup.v2 = path;
    return;
  }
  const auto names = Split(controllers, ',');
  if (!cgroup.v1_memory && std::ranges::find(names, "memory") != names.end()) {
    cgroup.v1_memory = path;
  }
}

Error AsGone(Error error) {
  error.code = ErrorCode::kGone;
  error.what = "belongs to a process that has ended";
  return error;
}

/// Below the directory of an ended process every name is missing, not only this one.
Error Refined(Error error, const std::string& folder) {
  struct stat info{};
  const bool gone =
      error.code == ErrorCode::kGone ||
      (error.code == ErrorCode::kNotFound && stat(folder.c_str(), &info) != 0 && errno == ENOENT);
  return gone ? AsGone(std::move(error)) : error;
}

using Reader = Result<std::string> (*)(int dir_fd, const std::string& path, std::size_t max_bytes);

Result<std::string> ReadBelow(const HostView& host, pid_t pid, const std::string& file,
                              std::size_t max_bytes, Reader read) {
  const std::string folder = fmt::format("{}/{}", host.proc, pid);
  auto text = read(AT_FDCWD, folder + "/" + file, max_bytes);
  if (!text) return std::unexpected(Refined(text.error(), folder));
  return text;
}

}  // namespace

Result<ProcessStat> ParseProcessStat(std::string_view text) {
  const std::size_t open = text.find(" (");
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2) {
    return MalformedStat(text, "'PID (NAME) STATE ...'");
  }
  const auto pid = ParseInt(text.substr(0, open));
  const auto fields = Words(text.substr(close + 1));
  const std::string_view state = StatField(fields, 3);
  const auto parent = ParseInt(StatField(fields, 4));
  const auto start = ParseUint64(StatField(fields, 22));
  if (!pid || *pid <= 0 || state.size() != 1 || !parent || !start) {
    return MalformedStat(text, "a process number, a state, a parent and a start time");
  }
  return ProcessStat{.id = {.pid = *pid, .start_ticks = *start},
                     .comm = std::string(text.substr(open + 2, close - open - 2)),
                     .state = state.front(),
                     .parent = *parent,
                     .exit_code = ExitCodeOf(state.front(), StatField(fields, 52))};
}

Result<ProcessStat> ReadProcessStat(const HostView& host, pid_t pid) {
  const auto text = ReadProcessValue(host, pid, "stat", kSmallFileBytes);
  if (!text) return std::unexpected(text.error());
  return ParseProcessStat(*text);
}

Result<ProcessStatus> ParseProcessStatus(std::string_view text) {
  ProcessStatus status;
  std::optional<std::uint64_t> tgid;
  const std::array keys = {
      StatusKey{.name = "Tgid", .number = &tgid},
      StatusKey{.name = "Uid", .number = &status.uid},
      StatusKey{.name = "Threads", .number = &status.threads},
      StatusKey{.name = "VmRSS", .bytes = &status.vm_rss},
      StatusKey{.name = "RssAnon", .bytes = &status.rss_anon},
      StatusKey{.name = "RssFile", .bytes = &status.rss_file},
      StatusKey{.name = "RssShmem", .bytes = &status.rss_shmem},
      StatusKey{.name = "VmSwap", .bytes = &status.vm_swap},
      StatusKey{.name = "VmPTE", .bytes = &status.vm_pte},
  };
  bool named = false;
  for (std::size_t number = 1; const auto line = TakeLine(text); ++number) {
    const std::size_t colon = line->find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view value = line->substr(colon + 1);
    if (line->substr(0, colon) == "Name" && !named) {
      named = true;
      status.name = value.starts_with('\t') ? value.substr(1) : value;
    }
    const auto key = std::ranges::find(keys, line->substr(0, colon), &StatusKey::name);
    if (key != keys.end() && !SetStatusValue(*key, value)) {
      return Malformed(fmt::format("status:{}", number),
                       fmt::format("'{}' has the value '{}', expected a number", key->name,
                                   EscapedForPeople(value.substr(0, kShownBytes))));
    }
  }
  if (!named) return Malformed("status", "has no 'Name:' line");
  if (tgid && *tgid <= std::numeric_limits<pid_t>::max()) status.tgid = static_cast<pid_t>(*tgid);
  return status;
}

Result<ProcessCgroup> ParseProcessCgroup(std::string_view text) {
  ProcessCgroup cgroup;
  while (const auto line = TakeLine(text)) TakeCgroupLine(*line, cgroup);
  if (!cgroup.v2 && !cgroup.v1_memory) {
    return Malformed("cgroup", "has neither a '0::/PATH' line nor one of the memory controller");
  }
  return cgroup;
}

Result<ProcessCgroup> ReadProcessCgroup(const HostView& host, pid_t pid) {
  const auto text = ReadProcessValue(host, pid, "cgroup", kSmallFileBytes);
  if (!text) return std::unexpected(text.error());
  return ParseProcessCgroup(*text);
}

Result<UniqueFd> OpenPidfd(pid_t pid) {
  const long fd = syscall(SYS_pidfd_open, pid, 0U);  // always close-on-exec
  if (fd >= 0) return UniqueFd(static_cast<int>(fd));
  return SystemError(fmt::format("process {}", pid), "cannot be opened by pidfd_open");
}

Result<std::string> ReadProcessFile(const HostView& host, pid_t pid, const std::string& file,
                                    std::size_t max_bytes) {
  return ReadBelow(host, pid, file, max_bytes, ReadFileAt);
}

Result<std::string> ReadProcessValue(const HostView& host, pid_t pid, const std::string& file,
                                     std::size_t max_bytes) {
  return ReadBelow(host, pid, file, max_bytes, ReadValueAt);
}

Result<std::string> ReadBootId(const HostView& host) {
  const std::string path = host.proc + "/sys/kernel/random/boot_id";
  const auto text = ReadValueAt(AT_FDCWD, path, kSmallFileBytes);
  if (!text) return std::unexpected(text.error());
  const std::string_view id = Trimmed(*text);
  if (id.empty()) return Malformed(path, "is empty, expected the id of this boot");
  return std::string(id);
}

}  // namespace headroom
