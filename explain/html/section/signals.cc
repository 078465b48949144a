#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "explain/html/end_words.h"
#include "explain/html/section/page_content.h"
#include "explain/words/signal_words.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

constexpr std::size_t kMostRows = 30;
constexpr const char* kFile = "kernel/signals.json";

std::string WhenText(const PageContent& content, BootTime at) {
  const auto& end = content.the_case.killed_at;
  if (!end) return fmt::format("{} after the boot", ToText(at));
  constexpr std::chrono::milliseconds kAtOnce{1};
  if (std::chrono::abs(*end - at) < kAtOnce) {
    return fmt::format("at {}", EndWordsOf(content.evidence.kind).name);
  }
  return *end >= at ? BeforeEnd(content, *end - at) : AfterEnd(content, at - *end);
}

std::string SenderText(const std::optional<SignalSender>& sender) {
  return sender ? ProcessText(sender->process.pid, sender->process.comm) : "the kernel itself";
}

/// Its program and where it runs, as far as is known.
std::string SenderRemark(const SignalSender& sender) {
  if (!sender.seen) return "gone before it could be looked at";
  std::string text = sender.process.exe.empty() ? "" : Shown(sender.process.exe);
  const std::string& place = sender.unit.empty() ? sender.cgroup : sender.unit;
  if (!place.empty()) text += fmt::format("{}in {}", text.empty() ? "" : ", ", Shown(place));
  return text;
}

/// What became of it, where that is not what a signal is for.
std::string_view ResultText(const SentSignal& signal) {
  if (signal.result == "ignored") return "dropped: no handler";
  if (signal.result == "pending") return "was pending already";
  return signal.result == "lost" ? "lost" : "";
}

void PutRow(Markup& out, const PageContent& content, const SentSignal& signal) {
  const bool to_init = signal.target == content.evidence.container.init.pid;
  out.Put({"<tr><th class=\"nowrap\">", Text(WhenText(content, signal.at)),
           "</th><td class=\"nowrap\">", Text(SignalName(signal.signal))});
  if (const auto result = ResultText(signal); !result.empty()) {
    out.Put({" <span class=\"quiet\">", Text(result), "</span>"});
  }
  out.Put({"</td><td data-is=\"from\">", Text(SenderText(signal.sender))});
  const std::string remark = signal.sender ? SenderRemark(*signal.sender) : "";
  if (!remark.empty()) out.Put({" <span class=\"quiet\">", Text(remark), "</span>"});
  out.Put({"</td><td class=\"via\" data-is=\"via\">", Text(Shown(signal.via)),
           "</td><td data-is=\"to\">", Text(ProcessText(signal.target, signal.target_comm)),
           to_init ? Piece(" <span class=\"quiet\">its init</span>") : Piece(""), "</td></tr>\n"});
}

void PutTable(Markup& out, const PageContent& content, const SignalRecord& record) {
  const std::size_t count = record.signals.size();
  const std::size_t rows = std::min(count, kMostRows);
  if (rows < count) {
    out.Put({"<p class=\"quiet\">The last ", Number(rows), " of ", Number(count),
             "; kernel/signals.json has them all.</p>\n"});
  }
  out.Put(
      {"<table class=\"stack\"><thead><tr><th>when</th><th>signal</th><th>from</th><th>via</th>"
       "<th>to</th></tr></thead><tbody>\n"});
  for (std::size_t i = count - rows; i < count; ++i) PutRow(out, content, record.signals[i]);
  out.Put({"</tbody></table>\n"});
}

/// What is not in the table, so that nobody takes it for all there was.
void PutMissing(Markup& out, const SignalRecord& record) {
  if (record.dropped > 0) {
    out.Put({"<p class=\"quiet\">",
             Text(CountText(record.dropped, "more was not kept", "more were not kept")),
             ".</p>\n"});
  }
  if (record.lost > 0) {
    out.Put(
        {"<p class=\"quiet\">",
         Text(CountText(record.lost, "event of the host was lost", "events of the host were lost")),
         ": there may have been others.</p>\n"});
  }
}

void PutMarks(Markup& out, const SignalRecord& record) {
  for (std::size_t i = 0; i < std::min(record.oomd.size(), kMostRows); ++i) {
    const OomdMark& mark = record.oomd[i];
    out.Put({"<p>systemd-oomd has marked ", Text(Shown(mark.cgroup)), " meanwhile",
             Text(mark.kills
                      ? fmt::format(": {} killed", CountText(*mark.kills, "process", "processes"))
                      : ""),
             ".</p>\n"});
  }
}

}  // namespace

void PutSignals(Markup& out, const PageContent& content) {
  const auto& record = content.the_case.inputs.signals;
  if (!record) return;
  out.Put(
      {"<section aria-labelledby=\"signals\">\n<h2 id=\"signals\">Signals to its "
       "processes</h2>\n<p class=\"quiet\">",
       record->signals.empty()
           ? Piece("None of SIGKILL, SIGTERM, SIGABRT and SIGBUS was recorded. ")
           : Piece("SIGKILL, SIGTERM, SIGABRT and SIGBUS alone. ")});
  PutCitation(out, content, kFile);
  out.Put({"</p>\n"});
  if (!record->signals.empty()) PutTable(out, content, *record);
  PutMarks(out, *record);
  PutMissing(out, *record);
  out.Put({"</section>\n"});
}

}  // namespace headroom
