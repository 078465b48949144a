#include "kernel/log/log_line.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "kernel/kmsg/record.h"
#include "kernel/log/cursor.h"
#include "kernel/log/stamp.h"

namespace headroom {
namespace {

using nlohmann::json;
using std::chrono::microseconds;
using Origin = LogLine::Origin;

constexpr std::string_view kKernel = "kernel";

/// Facility 0 is the kernel's; no process can use it (syslog(3), printk/printk.c).
Origin OriginOf(std::uint64_t priority) {
  return (priority >> 3U) == 0 ? Origin::kKernel : Origin::kOther;
}

/// "> > " of a mail that quotes another.
void SkipQuotes(Cursor& cursor) {
  while (cursor.Take('>')) (void)cursor.Take(' ');
}

/// "4,365,4094366,-;text".
std::optional<LogLine> FromKmsg(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  const auto record = ParseKmsgRecord(text);
  if (!record) return std::nullopt;
  return LogLine{.origin = OriginOf(record->priority),
                 .text = record->text,
                 .stamp = {},
                 .time = record->since_boot,
                 .host = {}};
}

/// A field that journald gives as text, or as numbers where it is no UTF-8.
std::string BytesOf(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return "";
  if (found->is_string()) return found->get<std::string>();
  std::string bytes;
  if (!found->is_array()) return bytes;
  for (const json& number : *found) {
    if (!number.is_number_unsigned() || number > 255) return "";
    bytes += static_cast<char>(number.get<unsigned char>());
  }
  return bytes;
}

std::optional<microseconds> MicrosecondsOf(const json& object, const char* key) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 52U;
  const auto number = ParseUint64(BytesOf(object, key));
  if (!number || *number > kMost) return std::nullopt;
  return microseconds(*number);
}

/// Fields that begin with "_" are journald's own; SYSLOG_IDENTIFIER anybody may choose. What a
/// process wrote to /dev/kmsg has the kernel's transport, yet never its facility
/// (journald-kmsg.c).
bool IsKernelsInJournal(const json& object) {
  const std::string facility = BytesOf(object, "SYSLOG_FACILITY");
  if (!facility.empty() && facility != "0") return false;
  const std::string transport = BytesOf(object, "_TRANSPORT");
  return (transport.empty() ? BytesOf(object, "SYSLOG_IDENTIFIER") : transport) == kKernel;
}

/// journalctl -o json, a record a line.
std::optional<LogLine> FromJournalJson(std::string_view text) {
  if (!text.starts_with('{')) return std::nullopt;
  const auto object = ParseJson(text, "journal");
  if (!object || !object->is_object() || !object->contains("MESSAGE")) return std::nullopt;
  LogLine line{.origin = Origin::kOther,
               .text = BytesOf(*object, "MESSAGE"),
               .stamp = BytesOf(*object, "__REALTIME_TIMESTAMP"),
               .time = MicrosecondsOf(*object, "_SOURCE_MONOTONIC_TIMESTAMP"),
               .host = BytesOf(*object, "_HOSTNAME")};
  if (!line.time) line.time = MicrosecondsOf(*object, "__REALTIME_TIMESTAMP");
  if (IsKernelsInJournal(*object)) line.origin = Origin::kKernel;
  return line;
}

/// "<4>".
std::optional<std::uint64_t> TakePriority(Cursor& cursor) {
  Cursor trial = cursor;
  if (!trial.Take('<')) return std::nullopt;
  const auto priority = trial.Number(4);
  if (!priority || !trial.Take('>')) return std::nullopt;
  cursor = trial;
  return priority;
}

/// "kern  :warn  : " of dmesg -x: whether the facility is the kernel's; nullopt without both.
std::optional<Origin> TakeFacility(Cursor& cursor) {
  constexpr auto kFacilities = std::to_array<std::string_view>(
      {"kern",   "user",   "mail",   "daemon", "authpriv", "auth",   "syslog",
       "lpr",    "news",   "uucp",   "cron",   "ftp",      "local0", "local1",
       "local2", "local3", "local4", "local5", "local6",   "local7"});
  constexpr auto kLevels = std::to_array<std::string_view>(
      {"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"});
  Cursor trial = cursor;
  const auto facility = trial.OneOf(kFacilities);
  trial.SkipBlanks();
  if (!facility || !trial.Take(':') || !trial.OneOf(kLevels)) return std::nullopt;
  trial.SkipBlanks();
  if (!trial.Take(": ")) return std::nullopt;
  cursor = trial;
  return *facility == 0 ? Origin::kKernel : Origin::kOther;
}

/// "[T123]" or "[C0]" of kernels that name the caller.
void SkipCaller(Cursor& cursor) {
  Cursor trial = cursor;
  if (!trial.Take('[')) return;
  trial.SkipBlanks();
  if (!trial.Take('T') && !trial.Take('C')) return;
  if (!trial.Number(10) || !trial.Take(']')) return;
  (void)trial.Take(' ');
  cursor = trial;
}

std::optional<Stamp> TakeWith(std::optional<Stamp> (*take)(std::string_view&), Cursor& cursor) {
  std::string_view rest = cursor.rest();
  auto stamp = take(rest);
  if (stamp) cursor = Cursor(rest);
  return stamp;
}

void Note(const Stamp& stamp, LogLine& line) {
  if (line.stamp.empty() && stamp.time) line.stamp = stamp.text;
  if (stamp.time) line.time = stamp.time;
  line.delta = stamp.delta;
}

/// The kernel's own time behind what a daemon has put in front of it.
void TakeKernelStamp(Cursor& cursor, LogLine& line) {
  if (const auto stamp = TakeWith(TakeBootStamp, cursor)) Note(*stamp, line);
  SkipCaller(cursor);
}

bool IsKernelTag(std::string_view tag) {
  return tag == "kernel:" || (tag.starts_with("kernel[") && tag.ends_with("]:"));
}

/// "kern.warn"; "user.warn" of a C library that knows no facility 0 for what klogd hands on.
bool IsFacility(std::string_view word) {
  return (word.starts_with("kern.") || word.starts_with("user.")) && !word.ends_with(':');
}

/// "HOST TAG: " behind a date; "HOST kern.warn TAG: " of busybox; both without the host of those
/// that log for themselves alone.
void TakeSpeaker(Cursor& cursor, LogLine& line) {
  std::string_view tag = cursor.Word();
  if (!IsKernelTag(tag) && !IsFacility(tag)) {
    line.host = tag;
    (void)cursor.Take(' ');
    tag = cursor.Word();
  }
  if (IsFacility(tag) && cursor.Take(' ')) tag = cursor.Word();
  line.origin = IsKernelTag(tag) ? Origin::kKernel : Origin::kOther;
  if (!cursor.Take(' ') && !cursor.AtEnd()) line.origin = Origin::kOther;
  if (line.origin == Origin::kKernel) TakeKernelStamp(cursor, line);
}

/// "1 2026-11-23T14:16:19Z HOST kernel - - - text" (RFC 5424) behind its priority.
bool TakeRfc5424(Cursor& cursor, LogLine& line) {
  Cursor trial = cursor;
  if (!trial.Take("1 ")) return false;
  const auto stamp = TakeWith(TakeDate, trial);
  if (!stamp) return false;
  line.host = trial.Word();
  const bool named = trial.Take(' ') && trial.Word() == kKernel && trial.Take(' ');
  if (!named) line.origin = Origin::kOther;
  for (int field = 0; field < 2; ++field) {  // process and message
    (void)trial.Word();
    (void)trial.Take(' ');
  }
  if (!trial.Take("- ") && !trial.Take('-')) {  // structured data
    const std::size_t end = trial.rest().find("] ");
    if (end != std::string_view::npos) (void)trial.Take(trial.rest().substr(0, end + 2));
  }
  (void)trial.Take("\xEF\xBB\xBF");
  Note(*stamp, line);
  cursor = trial;
  TakeKernelStamp(cursor, line);
  return true;
}

/// Behind "[  123.456789] ": journalctl -o short-monotonic names host and speaker there.
void TakeSpeakerBehindBoot(Cursor& cursor, LogLine& line) {
  Cursor trial = cursor;
  const std::string_view host = trial.Word();
  if (host.empty() || host.find(':') != std::string_view::npos || !trial.Take(' ')) return;
  const std::string_view tag = trial.Word();
  const bool process = tag.ends_with("]:") && tag.find('[') != std::string_view::npos;
  if (!IsKernelTag(tag) && !process) return;
  line.host = host;
  if (!IsKernelTag(tag)) line.origin = Origin::kOther;
  (void)trial.Take(' ');
  cursor = trial;
}

/// Without the escape sequences of dmesg --color.
std::string WithoutColour(std::string_view line) {
  if (line.find('\x1b') == std::string_view::npos) return std::string(line);
  std::string plain;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line.substr(at).starts_with("\x1b[")) {
      const std::size_t end = line.find_first_not_of("0123456789;", at + 2);
      if (end != std::string_view::npos && line[end] == 'm') {
        at = end;
        continue;
      }
    }
    plain += line[at];
  }
  return plain;
}

/// All prefixes that are put before a line as text.
LogLine FromText(Cursor cursor) {
  LogLine line;
  if (const auto priority = TakePriority(cursor)) {
    line.origin = OriginOf(*priority);
    if (TakeRfc5424(cursor, line)) {
      line.text = cursor.rest();
      return line;
    }
  } else if (const auto facility = TakeFacility(cursor)) {
    line.origin = *facility;
  }
  const bool marked = line.origin != Origin::kUnmarked;
  if (const auto stamp = TakeWith(TakeBootStamp, cursor)) {
    Note(*stamp, line);
    if (!marked) line.origin = Origin::kKernel;
    SkipCaller(cursor);
    TakeSpeakerBehindBoot(cursor, line);
  } else if (const auto dated = TakeWith(TakeBracketedDate, cursor)) {
    Note(*dated, line);
    if (!marked) line.origin = Origin::kKernel;
    SkipCaller(cursor);
  } else if (const auto date = TakeWith(TakeDate, cursor)) {
    Note(*date, line);
    if (date->names_host) {
      const bool other = line.origin == Origin::kOther;
      TakeSpeaker(cursor, line);
      // Anybody may call himself kernel; the facility is the daemon's word.
      if (other) line.origin = Origin::kOther;
    } else if (!marked) {
      line.origin = Origin::kKernel;
    }
  } else if (cursor.Take("kernel: ")) {  // what is left when somebody cut date and host off
    line.origin = Origin::kKernel;
    TakeKernelStamp(cursor, line);
  }
  line.text = cursor.rest();
  return line;
}

}  // namespace

LogLine ParseLogLine(std::string_view line) {
  // What a power cut and an editor leave at the start of a file or line.
  line.remove_prefix(std::min(line.find_first_not_of('\0'), line.size()));
  if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  while (line.ends_with('\r')) line.remove_suffix(1);
  const std::string plain = WithoutColour(line);
  Cursor cursor(plain);
  SkipQuotes(cursor);
  const std::string_view bare = cursor.rest();
  cursor.SkipBlanks();
  if (auto record = FromKmsg(cursor.rest())) return *std::move(record);
  if (auto record = FromJournalJson(cursor.rest())) return *std::move(record);
  LogLine result = FromText(cursor);
  // Blanks at the start are the text's own, unless a prefix shows that the whole log is indented.
  if (result.origin == Origin::kUnmarked) result.text = bare;
  return result;
}

}  // namespace headroom
