#include <vector>

#include "container/oci/oci_config.h"
#include "fix/config/oci_config_edit.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const std::vector<Fix> fixes = {SetMemoryMax{Mebibytes(64)},
                                  SetSwapMax{Bytes{0}},
                                  SetOomGroup{},
                                  SetMemoryLow{Mebibytes(16)},
                                  SetPidsMax{{.value = 200}},
                                  SetHugetlbMax{Mebibytes(2), Mebibytes(4)},
                                  SetTmpfsSize{"/dev/shm", Mebibytes(8)},
                                  SetTmpfsSize{"/run", Bytes{12345}},
                                  SetOomScoreAdj{{.value = 0}},
                                  SetMemlock{Kibibytes(64)},
                                  EnableOomKiller{}};
  const ConfigHost host{.version = CgroupVersion::kV2, .memory_total = Mebibytes(2048)};
  const auto edit = EditOciConfig(text, "config.json", host, fixes);
  if (!edit) {
    Require(edit.error().code == ErrorCode::kMalformed);
    Require(edit.error().Message().find('\n') == std::string::npos);
    return;
  }
  Require(edit->outcomes.size() == fixes.size());
  bool any = false;
  for (const FixOutcome& outcome : edit->outcomes) {
    any = any || outcome.fixed();
    Require(outcome.text.find('\n') == std::string::npos);
  }
  Require(any || edit->text == text);
  if (!any) return;
  // A second time changes nothing, and what was fixed stays fixed.
  const auto again = EditOciConfig(edit->text, "config.json", host, fixes);
  Require(again.has_value());
  Require(again->text == edit->text);
  for (std::size_t i = 0; i < fixes.size(); ++i) {
    if (edit->outcomes[i].fixed()) Require(again->outcomes[i].already());
  }
}
