#pragma once

#include <string>

namespace headroom {

/// The JSON Schema (draft-07, which editors know best) of a policy file, made from the rules that
/// this build has: their ids, parameters, kinds, ranges, and summaries as descriptions. Stricter
/// than the hook, as lint is: keys that are not known are refused. Pure; ends in a line end.
[[nodiscard]] std::string PolicySchema();

}  // namespace headroom
