#include "container/engine/lxc.h"
#include "fix/register/lxc_hooks.h"
#include "fuzz/fuzz.h"

namespace {

using namespace headroom;

constexpr std::string_view kHook = "/usr/lib/headroom/headroom-hook";

void RequireClear(const Error& error) {
  Require(error.code == ErrorCode::kMalformed);
  Require(error.Message().find('\n') == std::string::npos);
}

void CheckLine(std::string_view text) {
  const auto line = ParseLxcLine(text.substr(0, text.find('\n')));
  if (!line) return RequireClear(line.error());
  if (!*line) return;
  Require((*line)->key.find('=') == std::string_view::npos);
  Require((*line)->key.size() + (*line)->value.size() < text.size());
}

}  // namespace

HEADROOM_FUZZ(text) {
  CheckLine(text);
  for (const CgroupVersion version : {CgroupVersion::kV1, CgroupVersion::kV2}) {
    const auto config = ParseLxcConfig(text, "config", version);
    if (!config) return RequireClear(config.error());
    Require(version == CgroupVersion::kV2 || config->unified.empty());
  }
  const auto after = WithLxcHooks(text, "config", {.program = std::string(kHook), .more = {}});
  Require(after.has_value() && after->starts_with(text));
  Require(HasLxcHooks(*after, "config", kHook) == true);
  Require(WithLxcHooks(*after, "config", {.program = std::string(kHook), .more = {}}) == *after);
  const auto undone = WithoutLxcHooks(*after, "config", kHook);
  Require(undone.has_value() && HasAnyLxcHook(*undone, "config", kHook) == false);
  // Hooks that were there, and a mark of ours that stands without them, go too.
  const bool exact = text.ends_with('\n') && text.find("headroom") == std::string_view::npos;
  Require(!exact || *undone == text);
}
