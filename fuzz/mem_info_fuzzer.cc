#include "fuzz/fuzz.h"
#include "kernel/kmsg/mem_info.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  if (const auto zone = ParseZoneLine(text)) {
    Require(!zone->name.empty() && zone->name.size() <= 16);
    Require(!ParsePiecesLine(text).has_value());
  }
  if (const auto pieces = ParsePiecesLine(text)) {
    Require(!pieces->sizes.empty() && pieces->sizes.size() <= 32);
  }
  if (const auto nodes = ParseNodes(text)) {
    constexpr std::string_view kOfLists = "0123456789,-";
    Require(nodes->policy.find_first_not_of(kOfLists) == std::string::npos);
    Require(nodes->cpuset.find_first_not_of(kOfLists) == std::string::npos);
  }
  Require(!(ParseSwapLine(text, "Free") && ParseSwapLine(text, "Total")));
  (void)ParseHugePagesLine(text);
}
