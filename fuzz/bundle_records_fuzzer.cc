#include "evidence/earlier_map.h"
#include "evidence/incident.h"
#include "evidence/oom_record.h"
#include "evidence/snapshot.h"
#include "evidence/timeline.h"
#include "fuzz/fuzz.h"

namespace {

/// What a reader understood, its writer writes so that the reader understands it again.
template <typename Parse, typename Serialize>
void CheckReadBack(std::string_view text, Parse parse, Serialize serialize) {
  const auto record = parse(text, "record");
  if (!record) return;
  const std::string written = serialize(*record);
  const auto again = parse(written, "record");
  headroom::Require(again.has_value());
  headroom::Require(serialize(*again) == written);
}

}  // namespace

HEADROOM_FUZZ(text) {
  using namespace headroom;
  CheckReadBack(text, ParseIncident, SerializeIncident);
  CheckReadBack(text, ParseSnapshot, SerializeSnapshot);
  CheckReadBack(text, ParseProcesses, SerializeProcesses);
  CheckReadBack(text, ParseEarlierMap, SerializeEarlierMap);
  CheckReadBack(text, ParseShm, SerializeShm);
  CheckReadBack(text, ParseTimeline, SerializeTimeline);
  CheckReadBack(text, ParseOomRecord,
                [](const OomRecord& record) { return SerializeOomRecord(record, ""); });
  (void)LineOfRecord(text, 7);
}
