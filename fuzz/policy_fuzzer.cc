#include <algorithm>

#include "fuzz/fuzz.h"
#include "policy/decide.h"
#include "policy/layers/load.h"
#include "policy/layers/resolve.h"
#include "policy/lint/lint.h"
#include "policy/parse/layer_parser.h"

namespace headroom {
namespace {

/// Two files and what a container says, cut from one text where a NUL stands.
struct Pieces {
  std::vector<PolicySource> sources;
  Subject subject;
};

Pieces Cut(std::string_view text) {
  Pieces pieces;
  const auto take = [&text] {
    const std::size_t end = std::min(text.find('\0'), text.size());
    std::string piece(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return piece;
  };
  pieces.sources.push_back({"/etc/headroom/policy.json", take()});
  if (!text.empty()) pieces.sources.push_back({"/etc/headroom/policy.d/a.json", take()});
  pieces.subject.engine = "docker";
  pieces.subject.annotations["io.headroom.mode"] = take();
  pieces.subject.annotations["io.headroom.shm-sized"] = take();
  pieces.subject.image = take();
  pieces.subject.name = take();
  pieces.subject.labels["tier"] = take();
  pieces.subject.cgroup_path = "/" + take();
  return pieces;
}

bool IsOneLine(std::string_view text) { return text.find_first_of("\n\x1b") == text.npos; }

void CheckLint(const Pieces& pieces, bool usable) {
  bool error = false;
  for (const LintProblem& problem : LintSources(pieces.sources)) {
    Require(IsOneLine(LintText(problem)));
    Require(problem.line >= 1 && problem.column >= 1);
    if (problem.severity == LintProblem::Severity::kError) error = true;
  }
  Require(usable || error);  // what the hook refuses, lint explains
}

/// One file alone, for those who only want to use it.
void CheckAlone(const PolicySource& source) {
  std::vector<std::string> notes;
  const auto layer = ParsePolicyLayer(source.text, source.path, notes);
  for (const std::string& note : notes) Require(IsOneLine(note));
  Require(layer || IsOneLine(layer.error().Message()));
}

void CheckCopy(const Pieces& pieces, const PolicyLayer& layer) {
  const auto copy = ParseSources(SerializeSources(pieces.sources), "copy");
  Require(copy.has_value());
  const auto again = CombineSources(*copy);
  Require(again && again->layer == layer);
}

void CheckResolved(const Pieces& pieces, const PolicyLayer& layer) {
  const ResolvedPolicy resolved = Resolve(layer, pieces.subject);
  Require(Resolve(layer, pieces.subject).policy == resolved.policy);
  for (const std::string& warning : resolved.warnings) Require(IsOneLine(warning));
  // Without facts nothing is ever held against a container.
  Require(Decide(ContainerFacts{}, resolved.policy).findings.empty());
  Subject silent = pieces.subject;
  silent.annotations.clear();
  if (!layer.allowed_annotations || layer.allowed_annotations->value.empty()) {
    Require(Resolve(layer, silent).policy == resolved.policy);
  }
}

}  // namespace
}  // namespace headroom

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const Pieces pieces = Cut(text);
  for (const PolicySource& source : pieces.sources) CheckAlone(source);
  const auto loaded = CombineSources(pieces.sources);
  CheckLint(pieces, loaded.has_value());
  if (!loaded) {
    Require(loaded.error().code == ErrorCode::kMalformed);
    Require(loaded.error().Message().find('\n') == std::string::npos);
    return;
  }
  CheckCopy(pieces, loaded->layer);
  CheckResolved(pieces, loaded->layer);
}
