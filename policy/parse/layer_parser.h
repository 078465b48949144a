#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/layers/layer.h"
#include "policy/parse/problem.h"

namespace headroom {

/// One policy file read as far as it can be: what is refused is left out of the layer.
struct ParsedLayer {
  PolicyLayer layer;
  std::vector<ParseProblem> problems;
};

/// Reads a document that is an object. `file` becomes the origin of what it says. Pure.
[[nodiscard]] ParsedLayer ReadPolicyLayer(const nlohmann::json& document, std::string_view file);

/// The same from text, for those who only want to use it. Comments are allowed. Keys, rules and
/// parameters that this version does not know are ignored, with a line each in `notes`. An error
/// names file, line, column, key and what was expected. Pure.
[[nodiscard]] Result<PolicyLayer> ParsePolicyLayer(std::string_view text, std::string_view file,
                                                   std::vector<std::string>& notes);

/// One rule's object (`{"action": "fix", "max_share": 0.25}`), which stands at `path` of its
/// document. Problems are added to `problems`.
[[nodiscard]] RuleLayer ReadRuleLayer(const Rule& rule, const nlohmann::json& object,
                                      const JsonPath& path, const std::string& origin,
                                      std::vector<ParseProblem>& problems);

}  // namespace headroom
