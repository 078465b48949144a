#include "kernel/log/log_line.h"

#include "fuzz/fuzz.h"
#include "kernel/log/wrapped.h"

/// A line of a kernel's log under whatever prefix, and the line behind it.
HEADROOM_FUZZ(text) {
  using namespace headroom;
  const std::size_t end = text.find('\n');
  const LogLine line = ParseLogLine(text.substr(0, end));
  // A prefix is taken off; an escape may stand for one byte, and journald's JSON for less.
  Require(line.text.size() <= text.size() && line.host.size() <= text.size());
  Require(line.text.empty() || line.text.back() != '\r' || text.starts_with('{') ||
          line.origin != LogLine::Origin::kUnmarked);
  // Taken apart once it stays, but where the text has a prefix itself.
  if (line.origin == LogLine::Origin::kUnmarked && !line.time && !line.delta) {
    Require(ParseLogLine(line.text).text.size() <= line.text.size());
  }
  const std::string_view next = end == std::string_view::npos ? "" : text.substr(end + 1);
  if (!IsBroken(line.text, next)) return;
  const std::string whole = Rejoined(line.text, next);
  Require(whole.size() <= line.text.size() + next.size() + 1);
  Require(whole.starts_with(line.text) && whole.ends_with(next));
}
