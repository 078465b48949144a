#include "policy/policy.h"

#include "fuzz/fuzz.h"
#include "policy/engine.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  Policy policy;
  std::vector<std::string> notes;
  const auto applied = ApplyPolicyText(policy, text, "policy.json", notes);
  if (!applied) {
    Require(applied.error().code == ErrorCode::kMalformed);
    Require(applied.error().Message().find('\n') == std::string::npos);
    Require(policy == Policy{});
    return;
  }
  Policy again;
  std::vector<std::string> no_notes;
  Require(ApplyPolicyText(again, SerializePolicy(policy), "copy", no_notes).has_value());
  Require(no_notes.empty());
  Require(again == policy);
  // Without facts nothing is ever held against a container.
  Require(Decide(ContainerFacts{}, policy).findings.empty());
}
