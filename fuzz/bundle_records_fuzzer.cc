#include "evidence/earlier_map.h"
#include "evidence/incident.h"
#include "evidence/neighbours.h"
#include "evidence/oom_record.h"
#include "evidence/pre_kill_result.h"
#include "evidence/self_account.h"
#include "evidence/shared_memory.h"
#include "evidence/signals.h"
#include "evidence/slabs.h"
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
  CheckReadBack(text, ParseSignals, SerializeSignals);
  CheckReadBack(text, ParseSnapshot, SerializeSnapshot);
  CheckReadBack(text, ParseProcesses, SerializeProcesses);
  CheckReadBack(text, ParseEarlierMap, SerializeEarlierMap);
  CheckReadBack(text, ParseShm, SerializeShm);
  CheckReadBack(text, ParseTimeline, SerializeTimeline);
  CheckReadBack(text, ParseTmpfs, SerializeTmpfs);
  CheckReadBack(text, ParseSharedMemory, SerializeSharedMemory);
  CheckReadBack(text, ParseNeighbours, SerializeNeighbours);
  CheckReadBack(text, ParsePreKillResult, SerializePreKillResult);
  CheckReadBack(text, ParseSlabs, SerializeSlabs);
  CheckReadBack(text, ParseSelfAccount, SerializeSelfAccount);
  CheckReadBack(text, ParseOomRecord,
                [](const OomRecord& record) { return SerializeOomRecord(record, ""); });
  (void)LineOfRecord(text, 7);
}
