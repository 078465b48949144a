#include "kernel/trace/trace_line.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/text.h"

namespace headroom {
namespace {

constexpr std::string_view kSignalEvent = ": signal_generate: ";
constexpr std::string_view kVictimEvent = ": mark_victim: ";
constexpr std::string_view kExecEvent = ": sched_process_exec: ";
/// A time that can be told in nanoseconds with room to spare: 73 years.
constexpr std::uint64_t kMostSeconds = std::uint64_t{1} << 31U;

std::unexpected<Error> NoEvent(std::string_view line) {
  constexpr std::size_t kShownBytes = 120;
  return Malformed("trace_pipe",
                   "found '" + EscapedForPeople(line.substr(0, kShownBytes)) +
                       "', expected 'NAME-PID [CPU] FLAGS TIME: signal_generate: FIELDS' or the "
                       "same of mark_victim or sched_process_exec");
}

std::optional<int> ParseInt(std::string_view text) {
  const auto value = ParseInt64(text);
  if (!value || *value < std::numeric_limits<int>::min() ||
      *value > std::numeric_limits<int>::max()) {
    return std::nullopt;
  }
  return static_cast<int>(*value);
}

std::optional<pid_t> ParsePid(std::string_view text) {
  const auto pid = ParseInt(text);
  return pid && *pid >= 0 ? pid : std::nullopt;
}

/// The number behind the first "KEY=".
std::optional<int> NumberOf(std::string_view fields, std::string_view key) {
  for (const std::string_view word : Words(fields)) {
    if (word.starts_with(key) && word.substr(key.size()).starts_with('=')) {
      return ParseInt(word.substr(key.size() + 1));
    }
  }
  return std::nullopt;
}

/// "12.345678": seconds and microseconds.
std::optional<std::chrono::nanoseconds> ParseTime(std::string_view text) {
  constexpr std::size_t kDigits = 6;
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || text.size() - point - 1 != kDigits) return std::nullopt;
  const auto seconds = ParseUint64(text.substr(0, point));
  const auto micros = ParseUint64(text.substr(point + 1));
  if (!seconds || !micros || *seconds > kMostSeconds) return std::nullopt;
  return std::chrono::seconds(*seconds) + std::chrono::microseconds(*micros);
}

/// What stands before the event's name.
struct Head {
  std::chrono::nanoseconds at{};
  pid_t thread = 0;
  std::string comm;
};

/// "            runc-505     [000] d..1.    12.345678". Flags and, behind the number, the process
/// ("(    505)") are there or not, by the instance's options.
std::optional<Head> ParseHead(std::string_view text) {
  const std::size_t bracket = text.rfind('[');
  const std::size_t blank = text.find_last_of(" ]");
  if (bracket == std::string_view::npos || blank == std::string_view::npos) return std::nullopt;
  const auto at = ParseTime(text.substr(blank + 1));
  std::string_view task = Trimmed(text.substr(0, bracket));
  if (task.ends_with(')')) task = Trimmed(task.substr(0, task.rfind('(')));
  const std::size_t dash = task.rfind('-');
  if (!at || dash == std::string_view::npos) return std::nullopt;
  const auto thread = ParsePid(task.substr(dash + 1));
  if (!thread) return std::nullopt;
  const std::string_view comm = task.substr(0, dash);
  return Head{.at = *at, .thread = *thread, .comm = std::string(comm == "<...>" ? "" : comm)};
}

SignalResult ResultOf(int number) {
  constexpr int kIgnored = 1;
  constexpr int kAlreadyPending = 2;
  if (number == 0) return SignalResult::kDelivered;
  if (number == kIgnored) return SignalResult::kIgnored;
  return number == kAlreadyPending ? SignalResult::kPending : SignalResult::kLost;
}

/// "sig=9 errno=0 code=0 comm=sh pid=513 grp=1 res=0".
std::optional<TracedSignal> ParseSignal(const Head& head, std::string_view fields) {
  constexpr std::string_view kComm = " comm=";
  constexpr std::string_view kPid = " pid=";
  const std::size_t comm = fields.find(kComm);
  const std::size_t pid = fields.rfind(kPid);
  if (comm == std::string_view::npos || pid == std::string_view::npos) return std::nullopt;
  if (pid < comm + kComm.size()) return std::nullopt;
  const auto signal = NumberOf(fields.substr(0, comm), "sig");
  const auto code = NumberOf(fields.substr(0, comm), "code");
  const std::string_view behind = fields.substr(pid + 1);
  const auto target = NumberOf(behind, "pid");
  const auto result = NumberOf(behind, "res");
  if (!signal || !code || !target || *target <= 0 || !result) return std::nullopt;
  const std::size_t name = comm + kComm.size();
  return TracedSignal{.at = head.at,
                      .sender = head.thread,
                      .sender_comm = head.comm,
                      .signal = *signal,
                      .code = *code,
                      .target = *target,
                      .target_comm = std::string(fields.substr(name, pid - name)),
                      .result = ResultOf(*result)};
}

/// "filename=/usr/bin/crun pid=505 old_pid=505".
std::optional<TracedExec> ParseExec(const Head& head, std::string_view fields) {
  constexpr std::string_view kFilename = "filename=";
  const std::size_t pid = fields.rfind(" pid=");
  if (!fields.starts_with(kFilename) || pid == std::string_view::npos) return std::nullopt;
  const auto process = NumberOf(fields.substr(pid + 1), "pid");
  if (!process || *process <= 0) return std::nullopt;
  return TracedExec{.at = head.at,
                    .process = *process,
                    .path = std::string(fields.substr(kFilename.size(), pid - kFilename.size()))};
}

std::optional<TracedVictim> ParseVictim(const Head& head, std::string_view fields) {
  const auto pid = NumberOf(fields, "pid");
  if (!pid || *pid <= 0) return std::nullopt;
  return TracedVictim{.at = head.at, .pid = *pid};
}

template <typename Event>
std::optional<TraceEvent> AsEvent(std::optional<Event> event) {
  return event ? std::optional<TraceEvent>(*std::move(event)) : std::nullopt;
}

/// Of the event whose name `text` begins with; nullopt: of none, or its fields are not as they
/// should be.
std::optional<TraceEvent> ParseEvent(const Head& head, std::string_view text) {
  if (text.starts_with(kSignalEvent))
    return AsEvent(ParseSignal(head, text.substr(kSignalEvent.size())));
  if (text.starts_with(kVictimEvent))
    return AsEvent(ParseVictim(head, text.substr(kVictimEvent.size())));
  return AsEvent(ParseExec(head, text.substr(kExecEvent.size())));
}

/// Where the name of an event begins, from `from` on.
std::size_t FindEvent(std::string_view line, std::size_t from) {
  return std::min(
      {line.find(kSignalEvent, from), line.find(kVictimEvent, from), line.find(kExecEvent, from)});
}

}  // namespace

Result<TraceEvent> ParseTraceLine(std::string_view line) {
  // ": mark_victim: " has 15 bytes, so a process may call itself that: the first with a head
  // counts.
  std::size_t at = FindEvent(line, 0);
  std::optional<Head> head;
  while (at != std::string_view::npos && !(head = ParseHead(line.substr(0, at)))) {
    at = FindEvent(line, at + 1);
  }
  auto event = head ? ParseEvent(*head, line.substr(at)) : std::nullopt;
  if (!event) return NoEvent(line);
  return *std::move(event);
}

std::optional<std::uint64_t> ParseLostEvents(std::string_view line) {
  constexpr std::string_view kLost = " [LOST ";
  const std::size_t lost = line.find(kLost);
  if (!line.starts_with("CPU:") || lost == std::string_view::npos) return std::nullopt;
  const auto words = Words(line.substr(lost + kLost.size()));
  return words.empty() ? 1 : ParseUint64(words.front()).value_or(1);
}

std::optional<std::uint64_t> ParseTraceStats(std::string_view text) {
  constexpr std::array<std::string_view, 3> kKeys = {
      "overrun:", "commit overrun:", "dropped events:"};
  std::optional<std::uint64_t> lost;
  while (const auto line = TakeLine(text)) {
    for (const std::string_view key : kKeys) {
      if (!line->starts_with(key)) continue;
      const auto count = ParseUint64(Trimmed(line->substr(key.size())));
      constexpr std::uint64_t kMost = std::uint64_t{1} << 48U;
      if (count) lost = lost.value_or(0) + std::min(*count, kMost);
    }
  }
  return lost;
}

}  // namespace headroom
