#include "evidence/unit_log.h"

#include "evidence/kept_log.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  constexpr std::string_view kUnit = "web.service";
  const auto result = ResultInLine(text, kUnit);
  if (result) {
    Require(text.starts_with(kUnit) && !result->empty());
    // What is kept of the line says the same when it is read back.
    const KeptLog log = ParseKeptLog(SerializeUnitLog({{.stamp = "2025-11-21T03:12:44Z",
                                                        .at = {},
                                                        .stream = "systemd",
                                                        .text = std::string(text)}}));
    Require(log.lines.size() == 1 && ResultInLine(log.lines[0].text, kUnit) == result);
  }
}
