#include "base/text.h"
#include "evidence/redact/oom_text.h"
#include "evidence/redact/pseudonyms.h"
#include "evidence/redact/texts.h"
#include "fuzz/fuzz.h"
#include "kernel/kmsg/record.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  // Done twice it is what it was done once: nothing is left that would be left out.
  const std::string version = RedactedVersion(text);
  Require(RedactedVersion(version) == version);
  const std::string status = RedactedStatus(text, nullptr);
  Require(RedactedStatus(status, nullptr) == status);
  Pseudonyms names;
  (void)RedactedSmaps(text, names);
  Require(names.Cgroup(text) == names.Cgroup(text));
  Require(names.File(text) == names.File(text));
  // What is left of a log are records of the kernel.
  const std::string log = RedactedOomLog(text, &names);
  std::string_view rest = log;
  while (const auto line = TakeLine(rest)) {
    const auto record = ParseKmsgRecord(*line);
    Require(record.has_value() && record->FromKernel());
  }
}
