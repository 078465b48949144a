#include "capture/journal.h"

#include <systemd/sd-journal.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "base/text.h"

namespace headroom {
namespace {

constexpr std::size_t kLongestField = 16384;

struct CloseJournal {
  void operator()(sd_journal* journal) const { sd_journal_close(journal); }
};
using Journal = std::unique_ptr<sd_journal, CloseJournal>;

std::unexpected<Error> JournalError(std::string_view what, int result) {
  return SystemError("journal", what, -result);
}

Result<Journal> Open(const JournalQuery& query) {
  sd_journal* opened = nullptr;
  const int result = query.directory.empty()
                         ? sd_journal_open(&opened, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM)
                         : sd_journal_open_directory(&opened, query.directory.c_str(), 0);
  if (result < 0) return JournalError("cannot be opened", result);
  Journal journal(opened);
  (void)sd_journal_set_data_threshold(opened, kLongestField);
  for (const auto& group : query.any_of) {
    for (const std::string& match : group) {
      const int added = sd_journal_add_match(opened, match.data(), match.size());
      if (added < 0) return JournalError("cannot be searched", added);
    }
    const int ended = sd_journal_add_disjunction(opened);
    if (ended < 0) return JournalError("cannot be searched", ended);
  }
  return journal;
}

/// The value of a field of the entry at hand; nullopt when it has none.
std::optional<std::string_view> Field(sd_journal* journal, const char* name) {
  const void* data = nullptr;
  std::size_t size = 0;
  if (sd_journal_get_data(journal, name, &data, &size) < 0) return std::nullopt;
  const std::string_view whole(static_cast<const char*>(data), size);
  const std::size_t equals = whole.find('=');
  return equals == std::string_view::npos ? std::nullopt : std::optional(whole.substr(equals + 1));
}

std::optional<WallTime> TimeAt(sd_journal* journal) {
  std::uint64_t micros = 0;
  if (sd_journal_get_realtime_usec(journal, &micros) < 0) return std::nullopt;
  return std::chrono::microseconds(static_cast<std::int64_t>(micros));
}

std::uint64_t NumberIn(sd_journal* journal, const char* name, std::uint64_t otherwise) {
  const auto text = Field(journal, name);
  return text ? ParseUint64(*text).value_or(otherwise) : otherwise;
}

/// Docker's log driver and conmon's say whose words they hand on.
bool IsOfContainer(sd_journal* journal) {
  return Field(journal, "CONTAINER_ID") || Field(journal, "CONTAINER_ID_FULL") ||
         Field(journal, "CONTAINER_NAME");
}

std::optional<JournalEntry> EntryAt(sd_journal* journal) {
  const auto at = TimeAt(journal);
  const auto message = Field(journal, "MESSAGE");
  if (!at || !message) return std::nullopt;
  JournalEntry entry{.at = *at,
                     .since_boot = {},
                     .message = std::string(*message),
                     .speaker = {},
                     .partial = false};
  entry.speaker = Field(journal, "_COMM").value_or("");
  entry.partial = Field(journal, "CONTAINER_PARTIAL_MESSAGE") == "true";
  entry.transport = Field(journal, "_TRANSPORT").value_or("");
  entry.of_container = IsOfContainer(journal);
  entry.unit = Field(journal, "_SYSTEMD_UNIT").value_or("");
  const std::uint64_t level = NumberIn(journal, "PRIORITY", 6) & 7U;
  // Without a facility nobody vouches that the kernel said so.
  const std::uint64_t facility = NumberIn(journal, "SYSLOG_FACILITY", 1) & 127U;
  entry.priority = static_cast<unsigned>(level | (facility << 3U));
  if (const auto text = Field(journal, "_SOURCE_MONOTONIC_TIMESTAMP")) {
    if (const auto micros = ParseUint64(*text); micros && *micros <= INT64_MAX) {
      entry.since_boot = std::chrono::microseconds(static_cast<std::int64_t>(*micros));
    }
  }
  return entry;
}

std::uint64_t Micros(WallTime time) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  return micros < 0 ? 0 : static_cast<std::uint64_t>(micros);
}

std::optional<WallTime> OldestIn(sd_journal* journal) {
  if (sd_journal_seek_head(journal) < 0 || sd_journal_next(journal) <= 0) return std::nullopt;
  return TimeAt(journal);
}

int SeekStart(sd_journal* journal, const JournalQuery& query) {
  if (query.keep == JournalQuery::Keep::kLast) {
    // Just behind: the entry of that very moment is wanted too.
    return query.until ? sd_journal_seek_realtime_usec(journal, Micros(*query.until) + 1)
                       : sd_journal_seek_tail(journal);
  }
  return query.since ? sd_journal_seek_realtime_usec(journal, Micros(*query.since))
                     : sd_journal_seek_head(journal);
}

bool IsBeyond(const JournalQuery& query, WallTime at) {
  return query.keep == JournalQuery::Keep::kLast ? query.since && at < *query.since
                                                 : query.until && at > *query.until;
}

int Step(sd_journal* journal, const JournalQuery& query) {
  return query.keep == JournalQuery::Keep::kLast ? sd_journal_previous(journal)
                                                 : sd_journal_next(journal);
}

Status Collect(sd_journal* journal, const JournalQuery& query, JournalSlice& slice) {
  const BootTime deadline = NowBoot() + query.patience;
  if (const int sought = SeekStart(journal, query); sought < 0) {
    return JournalError("cannot be positioned", sought);
  }
  std::size_t bytes = 0;
  for (;;) {
    const int stepped = Step(journal, query);
    if (stepped < 0) return JournalError("cannot be read", stepped);
    if (stepped == 0) return {};
    const auto at = TimeAt(journal);
    if (at && IsBeyond(query, *at)) return {};
    auto entry = EntryAt(journal);  // one that is broken, or expired meanwhile, is passed over
    if (entry) bytes += entry->message.size();
    slice.cut =
        slice.entries.size() == query.most || bytes > query.most_bytes || NowBoot() > deadline;
    if (slice.cut) return {};
    if (entry) slice.entries.push_back(*std::move(entry));
  }
}

}  // namespace

Result<JournalSlice> ReadJournal(const JournalQuery& query) {
  auto journal = Open(query);
  if (!journal) return std::unexpected(journal.error());
  JournalSlice slice;
  slice.oldest = OldestIn(journal->get());
  if (!slice.oldest) return slice;
  if (const Status read = Collect(journal->get(), query, slice); !read) {
    return std::unexpected(read.error());
  }
  if (query.keep == JournalQuery::Keep::kLast) std::ranges::reverse(slice.entries);
  return slice;
}

}  // namespace headroom
