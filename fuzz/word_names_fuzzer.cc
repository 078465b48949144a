#include "container/enrolment/enrolment.h"
#include "evidence/incident.h"
#include "evidence/manifest.h"
#include "evidence/redact/redact.h"
#include "evidence/store.h"
#include "fuzz/fuzz.h"
#include "kernel/proc/mapping_groups.h"
#include "policy/rule.h"
#include "policy/supervisor_choice.h"

namespace {

/// A word of ours in a record or a policy: nothing but that word is taken for it.
template <typename Value>
void CheckWord(std::string_view text, const std::optional<Value>& value,
               std::string_view (*name)(Value)) {
  if (value) headroom::Require(name(*value) == text);
}

}  // namespace

HEADROOM_FUZZ(text) {
  using namespace headroom;
  CheckWord(text, ParseAction(text), ActionName);
  CheckWord(text, ParseBundleKind(text), BundleKindName);
  CheckWord(text, ParseLevelRole(text), LevelRoleName);
  CheckWord(text, ParseMappingKind(text), MappingKindName);
  CheckWord(text, ParseMode(text), ModeName);
  CheckWord(text, ParseOutcome(text), OutcomeName);
  CheckWord(text, ParseRedactionLevel(text), RedactionLevelName);
  CheckWord(text, ParseSupervisorChoice(text), SupervisorChoiceName);
}
