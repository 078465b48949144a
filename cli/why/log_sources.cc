#include "cli/why/log_sources.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "capture/journal.h"
#include "kernel/kmsg/oom_log.h"
#include "kernel/kmsg/record.h"

namespace headroom {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

constexpr std::size_t kLargestKmsgFile = std::size_t{64} << 20U;
constexpr std::chrono::minutes kAround{2};
constexpr std::chrono::hours kLastWeek{24 * 7};

nanoseconds Monotonic() {
  timespec now{};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

/// The clock that the kernel stamps its log with against ours. It is taken to run as
/// CLOCK_MONOTONIC; a time server slews that away from it, by some millionths of the uptime, and
/// time that the machine was suspended may lie before a line of the log or behind it.
struct LogClock {
  WallTime boot = NowWall() - Monotonic();
  nanoseconds slack = std::chrono::seconds(2) + (NowBoot() - Monotonic()) + Monotonic() / 20000;

  [[nodiscard]] WallTime At(microseconds since_boot) const { return boot + since_boot; }
};

/// Puts the reports of one log together.
class ViewMaker {
 public:
  explicit ViewMaker(LogView::Source source) { view_.source = source; }

  void Add(const KmsgRecord& record, WallTime at) {
    // A new boot: what was not complete then never will be.
    if (record.since_boot < last_) Keep(assembler_.Flush());
    last_ = record.since_boot;
    if (!view_.since) view_.since = at;
    Keep(assembler_.Add(record));
    offset_ = at - record.since_boot;
  }
  void OnLoss() {
    ++view_.losses;
    Keep(assembler_.OnLoss());
  }
  LogView Finish(nanoseconds slack) {
    Keep(assembler_.Flush());
    view_.slack = slack;
    return std::move(view_);
  }
  LogView Unavailable(std::string why) {
    view_.unavailable = std::move(why);
    return std::move(view_);
  }

 private:
  void Keep(std::optional<OomEvent> event) {
    constexpr std::size_t kMostKills = 10000;
    if (!event || event->victims.empty()) return;
    if (view_.kills.size() == kMostKills) {
      view_.kills.erase(view_.kills.begin());
      view_.losses = std::max<std::uint64_t>(view_.losses, 1);
    }
    const WallTime at = offset_ + event->victims.back().since_boot;
    view_.kills.push_back({.event = *std::move(event), .at = at});
  }

  LogView view_;
  OomLogAssembler assembler_;
  microseconds last_{};
  WallTime offset_{};  ///< of the record before: what it completes is of the same boot
};

/// A device gives a record a read, a file all of them at once.
Status FeedFile(int fd, const std::string& path, const LogClock& clock, ViewMaker& maker) {
  const auto text = ReadOpenFile(fd, path, kLargestKmsgFile);
  if (!text) return std::unexpected(text.error());
  std::string_view rest = *text;
  while (const auto line = TakeLine(rest)) {
    if (const auto record = ParseKmsgRecord(*line))
      maker.Add(*record, clock.At(record->since_boot));
  }
  return {};
}

Status FeedDevice(UniqueFd fd, const LogClock& clock, ViewMaker& maker) {
  KmsgReader reader = KmsgReader::FromDescriptor(std::move(fd));
  for (std::uint64_t lost = 0;;) {
    const auto record = reader.Next();
    if (!record) return std::unexpected(record.error());
    if (!*record) return {};
    if (reader.overruns() > lost) maker.OnLoss();
    lost = reader.overruns();
    maker.Add(**record, clock.At((*record)->since_boot));
  }
}

std::string Unreadable(const Error& error) {
  return error.code == ErrorCode::kDenied ? "it is root's" : error.Message();
}

/// The text as /dev/kmsg would give it (kernel/printk/printk.c, msg_add_ext_text), so that it is
/// kept and cited like that.
std::string AsRaw(const JournalEntry& entry, std::uint64_t sequence, microseconds since_boot) {
  std::string raw = fmt::format("{},{},{},-;", entry.priority, sequence, since_boot.count());
  for (const char c : entry.message) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte >= 127 || c == '\\') {
      raw += fmt::format("\\x{:02x}", byte);
    } else {
      raw += c;
    }
  }
  return raw + '\n';
}

bool TellsOfLoss(const JournalEntry& entry) {
  return entry.message.starts_with("Missed ") && entry.message.ends_with(" kernel messages");
}

void AddEntry(const JournalEntry& entry, ViewMaker& maker) {
  if (TellsOfLoss(entry)) return maker.OnLoss();
  const auto micros = std::chrono::duration_cast<microseconds>(entry.at);
  const microseconds since_boot = entry.since_boot.value_or(micros);
  const auto sequence = static_cast<std::uint64_t>(std::max<std::int64_t>(0, micros.count()));
  const auto record = ParseKmsgRecord(AsRaw(entry, sequence, since_boot));
  if (record) maker.Add(*record, entry.at);
}

}  // namespace

LogView ReadKmsgLog(const std::string& path) {
  ViewMaker maker(LogView::Source::kKmsg);
  const LogClock clock;
  auto fd = OpenAt(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd) return maker.Unavailable(Unreadable(fd.error()));
  struct stat info{};
  const bool device = fstat(fd->get(), &info) == 0 && S_ISCHR(info.st_mode);
  const Status fed =
      device ? FeedDevice(*std::move(fd), clock, maker) : FeedFile(fd->get(), path, clock, maker);
  if (!fed) return maker.Unavailable(Unreadable(fed.error()));
  return maker.Finish(clock.slack);
}

LogView ReadJournalLog(const AskedTime& asked) {
  ViewMaker maker(LogView::Source::kJournal);
  JournalQuery query{.any_of = {{"_TRANSPORT=kernel"}, {"_TRANSPORT=driver"}},
                     .since = asked.from ? *asked.from - kAround : NowWall() - kLastWeek,
                     .until = {},
                     .most = 200000,
                     .most_bytes = std::size_t{128} << 20U,
                     .directory = {}};
  if (asked.to) query.until = *asked.to + kAround;
  const auto slice = ReadJournal(query);
  if (!slice) return maker.Unavailable(slice.error().Message());
  if (!slice->oldest) return maker.Unavailable("no line of the kernel is in it for this user");
  for (const JournalEntry& entry : slice->entries) AddEntry(entry, maker);
  if (slice->cut) maker.OnLoss();
  LogView view = maker.Finish(std::chrono::seconds(2));
  // What was asked for is all of it that was read.
  view.since = std::max(*slice->oldest, *query.since);
  return view;
}

std::vector<LogView> ReadKernelLogs(const Environment& environment, const AskedTime& asked) {
  std::vector<LogView> logs;
  if (!environment.others.kmsg.empty()) logs.push_back(ReadKmsgLog(environment.others.kmsg));
  if (environment.others.journal) logs.push_back(ReadJournalLog(asked));
  return logs;
}

bool IsItsOwnWord(const JournalEntry& entry) {
  if (entry.of_container) return false;
  return entry.speaker != "podman" || entry.transport != "stdout";
}

std::vector<JournalRemark> ReadRemarks(const Environment& environment, const AskedTime& asked) {
  std::vector<JournalRemark> remarks;
  if (!environment.others.journal || !asked.to) return remarks;
  // Fields that begin with an underscore are journald's own finding: they tell which program wrote
  // an entry, and not whose words it wrote.
  const JournalQuery query{.any_of = {{"_SYSTEMD_UNIT=docker.service", "_UID=0", "_COMM=dockerd"},
                                      {"_UID=0", "_COMM=podman"},
                                      {"_SYSTEMD_UNIT=systemd-oomd.service"},
                                      {"_PID=1"}},
                           .since = asked.from,
                           .until = *asked.to + kAround,
                           .most = 100000,
                           .keep = JournalQuery::Keep::kLast,
                           .directory = {}};
  const auto slice = ReadJournal(query);
  if (!slice) return remarks;
  for (const JournalEntry& entry : slice->entries) {
    if (!IsItsOwnWord(entry)) continue;
    remarks.push_back({.at = entry.at, .speaker = entry.speaker, .text = entry.message});
  }
  return remarks;
}

}  // namespace headroom
