#include <string>

#include "base/text.h"
#include "evidence/redact/kubelet_text.h"
#include "evidence/redact/oom_text.h"
#include "evidence/redact/pseudonyms.h"
#include "evidence/redact/records.h"
#include "evidence/redact/texts.h"
#include "fuzz/fuzz.h"
#include "kernel/kmsg/record.h"

namespace {

using namespace headroom;

/// A record is left out, or its copy is one of the same kind: with the same names hidden again,
/// nothing is left that would be left out.
void RequireARecord(RedactedRecord (*redact)(const std::string&, CopyNames&),
                    const std::string& bytes, RedactionLevel level) {
  CopyNames names(level);
  const auto copy = redact(bytes, names);
  if (!copy) return;
  CopyNames others(level);
  Require(redact(*copy, others).has_value());
}

}  // namespace

HEADROOM_FUZZ(text) {
  // Done twice it is what it was done once: nothing is left that would be left out.
  const std::string version = RedactedVersion(text);
  Require(RedactedVersion(version) == version);
  const std::string status = RedactedStatus(text, nullptr);
  Require(RedactedStatus(status, nullptr) == status);
  Pseudonyms names;
  (void)RedactedSmaps(text, names);
  Require(names.Cgroup(text) == names.Cgroup(text));
  Require(names.File(text) == names.File(text));
  Require(names.Program(text) == names.Program(text));
  for (const RedactionLevel level : {RedactionLevel::kFiles, RedactionLevel::kNames}) {
    for (const auto redact : {RedactedSnapshot, RedactedProcesses, RedactedSlabs, RedactedSelf,
                              RedactedShm, RedactedTmpfs, RedactedSharedMemory, RedactedEarlierMap,
                              RedactedSignals, RedactedNeighbours}) {
      RequireARecord(redact, std::string(text), level);
    }
  }
  const std::string kubelet = RedactedKubeletLog(text, std::nullopt, nullptr);
  Require(RedactedKubeletLog(kubelet, std::nullopt, nullptr) == kubelet);
  // What is left of a log are records of the kernel.
  const std::string log = RedactedOomLog(text, &names);
  std::string_view rest = log;
  while (const auto line = TakeLine(rest)) {
    const auto record = ParseKmsgRecord(*line);
    Require(record.has_value() && record->FromKernel());
  }
}
