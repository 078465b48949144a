#pragma once

#include <string>
#include <string_view>

#include "explain/testing/evidence_builder.h"
#include "explain/verdict.h"

namespace headroom::testing_evidence {

/// The text of the first statement with that label; empty when there is none.
inline std::string Said(const EvidenceBuilder& builder, std::string_view label) {
  for (const Statement& statement : Explain(builder.Build()).statements) {
    if (statement.label == label) return statement.text;
  }
  return "";
}

/// The texts of all statements with that label, a line each.
inline std::string AllSaid(const Verdict& verdict, std::string_view label) {
  std::string text;
  for (const Statement& statement : verdict.statements) {
    if (statement.label == label) text += statement.text + "\n";
  }
  return text;
}
inline std::string AllSaid(const EvidenceBuilder& builder, std::string_view label) {
  return AllSaid(Explain(builder.Build()), label);
}

inline bool Holds(std::string_view text, std::string_view piece) { return text.contains(piece); }

}  // namespace headroom::testing_evidence
