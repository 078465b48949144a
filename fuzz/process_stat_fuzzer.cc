#include "fuzz/fuzz.h"
#include "kernel/proc/process.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto stat = ParseProcessStat(text);
  if (!stat) return;
  Require(stat->id.pid > 0);
  Require(text.find("(" + stat->comm + ")") != std::string_view::npos);
  // Whatever a process calls itself, its own number and start are read the same.
  const std::string close = ")";
  const std::string tail(text.substr(text.rfind(')')));
  for (const std::string comm : {"", ") Z 1", "((", "a\nb"}) {
    const auto renamed = ParseProcessStat(std::to_string(stat->id.pid) + " (" + comm + tail);
    Require(renamed && renamed->comm == comm && renamed->id == stat->id);
  }
}
