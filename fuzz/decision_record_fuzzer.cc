#include "container/enrolment/decision_record.h"

#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto record = ParseDecisionRecord(text, "policy");
  if (!record) {
    Require(record.error().code == ErrorCode::kMalformed);
    Require(record.error().Message().find('\n') == std::string::npos);
    return;
  }
  Require(record->facts.find('\n') == std::string::npos);
  // What was read once is written and read the same for ever after.
  const std::string written = SerializeDecisionRecord(*record);
  const auto again = ParseDecisionRecord(written, "copy");
  Require(again.has_value());
  Require(*again == *record);
  Require(SerializeDecisionRecord(*again) == written);
}
