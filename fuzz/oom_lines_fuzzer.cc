#include "kernel/kmsg/oom_lines.h"

#include "base/text.h"
#include "fuzz/fuzz.h"

namespace {

using namespace headroom;

void RequirePid(const std::optional<int>& pid) { Require(!pid || *pid > 0); }

/// Every form is anchored at the start, so no text is two of them.
void RequireAtMostOne(std::string_view text) {
  const int forms = ParseInvokedLine(text).has_value() + ParseKilledLine(text).has_value() +
                    ParseChosenLine(text).has_value() + ParsePlaceLine(text).has_value() +
                    ParseTaskHeader(text).has_value() + ParseGroupLine(text).has_value() +
                    ParseSkippedLine(text).has_value() + ParseReapedLine(text).has_value();
  Require(forms <= 1);
}

void CheckPlace(std::string_view text) {
  const auto place = ParsePlaceLine(text);
  if (!place) return;
  for (const auto& path : {place->oom_memcg, place->task_memcg, place->constraint}) {
    Require(!path || text.find(*path) != std::string_view::npos);
  }
  if (place->task) Require(place->task->pid > 0);
}

void CheckTable(std::string_view text) {
  const std::size_t end = text.find('\n');
  const auto columns = ParseTaskHeader(text.substr(0, end));
  if (!columns) return;
  Require(columns->size() <= text.size());
  const std::string_view row = end == std::string_view::npos ? "" : text.substr(end + 1);
  if (const auto task = ParseTaskRow(row, *columns)) Require(task->pid > 0);
}

}  // namespace

/// A record of the kernel's; for the task table its head and a row below it.
HEADROOM_FUZZ(text) {
  RequireAtMostOne(text);
  CheckPlace(text);
  CheckTable(text);
  if (const auto invoked = ParseInvokedLine(text)) {
    Require(text.starts_with(invoked->comm));
    Require(text.find(invoked->gfp_mask) != std::string_view::npos);
  }
  if (const auto killed = ParseKilledLine(text)) {
    Require(killed->victim.pid > 0);
    Require(text.find(killed->victim.comm) != std::string_view::npos);
  }
  if (const auto usage = ParseUsageLine(text)) {
    Require(usage->usage || usage->limit || usage->failcnt);
    Require(!ParseUsageLine(text, "memory+swap"));
  }
  RequirePid(ParseInvokerPid(text));
  RequirePid(ParseSkippedLine(text));
  RequirePid(ParseReapedLine(text));
  for (const auto& path : {ParseGroupLine(text), ParseLimitedLine(text), ParseReleaseLine(text)}) {
    Require(!path || text.find(*path) != std::string_view::npos);
  }
  (void)ParseOrderPiece(text);
  (void)ParseEndLine(text);
}
