#include "explain/study/printed_stat.h"

#include "base/text.h"
#include "kernel/kmsg/record.h"

namespace headroom {
namespace {

/// "anon 123", one or many to a record: until 6.4 the kernel prints all in one, which it may have
/// cut at the end, so that the last number there is not believed.
void AppendStatLines(std::string_view record, std::string& text) {
  const bool many = record.find('\n') != std::string_view::npos;
  if (many) record = record.substr(0, record.rfind('\n'));
  text += record;
  text += '\n';
}

}  // namespace

std::optional<PrintedStat> FindPrintedStat(std::string_view raw) {
  constexpr std::string_view kHeader = "Memory cgroup stats for ";
  std::optional<PrintedStat> found;
  while (const auto line = TakeLine(raw)) {
    const auto record = ParseKmsgRecord(*line);
    if (!record) continue;
    std::string_view text = record->text;
    if (text.starts_with(kHeader)) {
      text.remove_prefix(kHeader.size());
      if (text.ends_with(':')) text.remove_suffix(1);
      found = PrintedStat{std::string(text), "", record->sequence};
    } else if (found && text.starts_with("Tasks state")) {
      break;
    } else if (found && Words(text.substr(0, text.find('\n'))).size() == 2) {
      AppendStatLines(text, found->text);
    }
  }
  return found;
}

}  // namespace headroom
