#include "base/json.h"

#include <nlohmann/json.hpp>

#include "container/oci/json_skip.h"
#include "fuzz/fuzz.h"

namespace {

using namespace headroom;

/// What is refused is refused in one line that names a place in the text.
void CheckFault(std::string_view text, const JsonFault& fault) {
  Require(fault.Message().find('\n') == std::string::npos);
  const JsonPosition end = PositionAt(text, text.size());
  Require(fault.position.line >= 1 && fault.position.line <= end.line);
  Require(fault.position.column >= 1);
}

void CheckPositions(std::string_view text) {
  const auto twice = FindDuplicateKeys(text, 10);
  Require(twice.size() <= 10);
  for (const DuplicateKey& key : twice) {
    Require(!key.path.empty());
    Require(FindJsonPosition(text, key.path, JsonPlace::kKey).line >= key.first.line);
  }
  Require(FindDeeperThan(text, kMaxJsonDepth) == text.size());
}

/// What is left out leaves everything else.
void CheckSkipped(std::string_view text, const nlohmann::json& document) {
  const std::string shorter = WithoutMembers(text, {"linux/seccomp", "HostConfig"});
  if (!document.is_object()) return;
  const auto skipped = ParseJsonText(shorter);
  Require(skipped && skipped->is_object() && skipped->size() == document.size());
  for (const auto& [key, value] : document.items()) {
    if (key != "linux" && key != "HostConfig") Require(skipped->at(key) == value);
  }
}

}  // namespace

HEADROOM_FUZZ(text) {
  const auto document = ParseJsonText(text);
  Require(ParseJson(text, "file").has_value() == document.has_value());
  if (!document) return CheckFault(text, document.error());
  Require(ParseJsonObject(text, "file").has_value() == document->is_object());
  CheckPositions(text);
  CheckSkipped(text, *document);
  // Written and read again it is what it was, but for bytes that are no UTF-8.
  const std::string written = DumpJsonLine(*document);
  Require(written.find('\n') == std::string::npos);
  const auto again = ParseJsonText(written);
  Require(again.has_value() && DumpJsonLine(*again) == written);
}
