#include "capture/log_section.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <climits>
#include <utility>
#include <vector>

#include "base/file.h"
#include "capture/container_log.h"
#include "capture/journal.h"
#include "capture/section.h"
#include "container/engine/engine.h"
#include "evidence/docker_local_log.h"
#include "evidence/kept_log.h"

namespace headroom {
namespace {

constexpr const char* kName = "container/log.txt";
constexpr std::chrono::seconds kJournalPatience{2};
constexpr std::size_t kMostJournalBytes = std::size_t{1} << 20U;
constexpr unsigned kErrorLevel = 3;

Section Unavailable(std::string reason) {
  return AbsentSection(kName, Outcome::kUnavailable, std::move(reason));
}

bool IsThere(const std::string& path) {
  struct stat info{};
  return lstat(path.c_str(), &info) == 0;
}

/// Ids of engines become parts of paths; a runtime's own may be anything.
bool IsPlainId(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::ranges::all_of(id, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
  });
}

/// One place that may have the log.
struct LogFile {
  std::string path;
  ContainerLogFormat format = ContainerLogFormat::kCri;
};

class LogReader {
 public:
  LogReader(const Enrolment& container, const LogSpan& span, const LogPlaces& places)
      : container_(container),
        places_(places),
        wanted_{.most = container.log_lines, .since = span.since, .before = span.before} {}

  Section Read() const {
    const std::string& engine = container_.engine;
    if (container_.log_lines == 0) return Unavailable("switched off by policy (log_lines)");
    if (engine == "runc" || engine == "crun") {
      return Unavailable(fmt::format("{} keeps no log of a container", engine));
    }
    if (engine == kCommandEngine) {
      return Unavailable("what a command writes goes where its user sends it, and is not kept");
    }
    if (container_.uid != geteuid()) {
      return Unavailable(fmt::format("its engine is that of uid {}, whose files are not followed",
                                     container_.uid));
    }
    if (engine == kUnitEngine) return ReadUnit();
    if (!IsPlainId(container_.id)) return Unavailable("its id is none that an engine gives");
    if (engine == "docker") return ReadDocker();
    if (engine == "podman") return ReadPodman();
    if (engine == "containerd" || engine == "cri-o") return ReadKubelet();
    return Unavailable("where its engine keeps logs is not known");
  }

 private:
  Section ReadDocker() const {
    const auto found = FindDockerContainer(places_.host, places_.docker, container_.id);
    const std::string dir =
        found.value_or(fmt::format("{}/containers/{}", places_.docker.root, container_.id));
    Section section = ReadFile({{.path = fmt::format("{}/{}-json.log", dir, container_.id),
                                 .format = ContainerLogFormat::kDockerJson},
                                {.path = fmt::format("{}/{}", dir, kDockerLocalLog),
                                 .format = ContainerLogFormat::kDockerLocal}});
    if (section.row.outcome != Outcome::kUnavailable || found) return section;
    section.row.outcome = Outcome::kTooLate;
    section.row.reason = fmt::format(
        "{} is not there: Docker has removed the container, or keeps it elsewhere", dir);
    return section;
  }

  Section ReadPodman() const {
    const std::string& dir = container_.bundle_dir;
    Section section = ReadFile({{.path = dir + "/ctr.log"}});
    if (section.row.outcome != Outcome::kUnavailable || dir.empty() || IsThere(dir)) return section;
    section.row.outcome = Outcome::kTooLate;
    section.row.reason = fmt::format("{} is not there: Podman has removed the container", dir);
    return section;
  }

  /// kubelet names the links POD_NAMESPACE_CONTAINER-ID.log.
  Section ReadKubelet() const {
    const std::string& folder = places_.kubelet_dir;
    const auto dir = OpenDirectory(AT_FDCWD, folder);
    const auto names = dir ? ListDirectory(dir->get(), folder) : std::unexpected(dir.error());
    const std::string end = fmt::format("-{}.log", container_.id);
    if (names) {
      const auto found = std::ranges::find_if(
          *names, [&](const std::string& name) { return name.ends_with(end); });
      if (found != names->end()) return ReadFile({{.path = TargetOf(folder + "/" + *found)}});
    }
    return Unavailable(fmt::format("{} has no log of it", folder));
  }

  static std::string TargetOf(const std::string& link) {
    std::array<char, PATH_MAX> target{};
    const ssize_t size = readlink(link.c_str(), target.data(), target.size());
    const std::string path(target.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
    return path.starts_with('/') ? path : link;
  }

  /// What a service prints goes to the journal, unless it was told to print elsewhere.
  Section ReadUnit() const {
    const BootTime start = NowBoot();
    const auto journal = ReadJournalLog({"_SYSTEMD_UNIT=" + container_.id});
    if (!journal) return Unavailable(journal.error().Message());
    if (!journal->lines.empty()) return Kept(*journal, "the journal", start);
    return Unavailable("the journal has no line of it");
  }

  /// The first of the files that is there, else the journal.
  Section ReadFile(const std::vector<LogFile>& files) const {
    const BootTime start = NowBoot();
    for (const LogFile& file : files) {
      const auto log = ReadContainerLog(file.path, file.format, container_.uid, wanted_);
      if (log) return Kept(*log, file.path, start);
      if (log.error().code != ErrorCode::kNotFound) return Unavailable(log.error().Message());
    }
    const auto journal = ReadJournalLog(
        {"CONTAINER_ID_FULL=" + container_.id, fmt::format("_UID={}", container_.uid)});
    if (!journal) return Unavailable(journal.error().Message());
    if (!journal->lines.empty()) return Kept(*journal, "the journal", start);
    return Unavailable(
        fmt::format("{} is not there, and neither is a line of it in the journal: its log driver "
                    "may be another",
                    files.front().path));
  }

  /// Anybody may write CONTAINER_ID_FULL to the journal; who wrote is journald's own finding.
  Result<ContainerLog> ReadJournalLog(const std::vector<std::string>& fields) const {
    const auto slice = ReadJournal({.any_of = {fields},
                                    .since = wanted_.since,
                                    .until = wanted_.before,
                                    .most = wanted_.most,
                                    .most_bytes = kMostJournalBytes,
                                    .keep = JournalQuery::Keep::kLast,
                                    .patience = kJournalPatience,
                                    .directory = places_.journal_dir});
    if (!slice) return std::unexpected(slice.error());
    std::vector<ContainerLogPiece> pieces;
    for (const JournalEntry& entry : slice->entries) {
      const bool error = (entry.priority & 7U) <= kErrorLevel;
      pieces.push_back({.line = {.stamp = ToIso8601(entry.at),
                                 .at = entry.at,
                                 .stream = error ? "stderr" : "stdout",
                                 .text = entry.message},
                        .partial = entry.partial});
    }
    return ContainerLog{.lines = LastLines(std::move(pieces), wanted_), .cut = slice->cut};
  }

  Section Kept(const ContainerLog& log, const std::string& source, BootTime start) const {
    Section section = TextSection(kName, SerializeKeptLog(log.lines, source));
    section.row.captured_boot = start;
    section.row.took = std::chrono::duration_cast<std::chrono::microseconds>(NowBoot() - start);
    if (log.cut && log.lines.size() < wanted_.most) {
      section.row.outcome = Outcome::kPartial;
      section.row.reason =
          "only the end of the log was read, which has fewer lines than are wanted";
    }
    return section;
  }

  const Enrolment& container_;
  const LogPlaces& places_;
  WantedLines wanted_;
};

}  // namespace

WallTime RunBegan(const Enrolment& container) {
  const auto rate = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  const std::uint64_t ticks = container.init.start_ticks;
  const std::chrono::nanoseconds enrolled = container.enrolled_boot;
  const auto seconds_until = static_cast<std::uint64_t>(
      std::max(std::chrono::floor<std::chrono::seconds>(enrolled).count(), std::int64_t{0}));
  const bool is_before = rate != 0 && ticks != 0 && ticks / rate <= seconds_until;
  if (!is_before) return container.enrolled_wall;
  const BootTime started = std::chrono::seconds(ticks / rate) +
                           std::chrono::nanoseconds(std::nano::den / rate * (ticks % rate));
  return container.enrolled_wall - std::max(enrolled - started, std::chrono::nanoseconds(0));
}

Section ReadLogSection(const Enrolment& container, const LogSpan& span, const LogPlaces& places) {
  return LogReader(container, span, places).Read();
}

}  // namespace headroom
