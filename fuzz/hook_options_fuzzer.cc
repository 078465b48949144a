#include "fuzz/argument_lines.h"
#include "fuzz/fuzz.h"
#include "hook/options.h"

/// The hook's arguments, a line each.
HEADROOM_FUZZ(text) {
  using namespace headroom;
  const ArgumentLines arguments(text);
  const Options options = ParseOptions(arguments.argv());
  // Either a stage or a line that says why not.
  Require(options.stage.has_value() == options.error.empty());
  Require(options.error.find('\n') == std::string::npos);
  if (!options.stage) return;
  Require(text.find(StageName(*options.stage)) != std::string_view::npos);
  Require(options.on_error == OnError::kOpen || text.find("closed") != std::string_view::npos);
}
