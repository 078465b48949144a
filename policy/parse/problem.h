#pragma once

#include <string>
#include <string_view>

#include "base/json_position.h"
#include "base/result.h"

namespace headroom {

/// Something about a policy file that parses as JSON. Where it stands is a path into the document;
/// the line and column are looked up only when somebody is told (FindJsonPosition).
struct ParseProblem {
  enum class Kind {
    kError,       ///< the file cannot be used
    kUnknownKey,  ///< the key is ignored by the hook
    kDoubtful,    ///< it can be used, and hardly is what was meant
  };
  Kind kind = Kind::kError;
  JsonPath path;
  JsonPlace place = JsonPlace::kValue;
  std::string text;  ///< "rules: shm-sized: key \"max_share\" is expected to be ..."; one line
  std::string hint;  ///< what to do; may be empty
};

/// "rules: shm-sized" or "override 2: match": where in the file, for people. Escaped.
[[nodiscard]] std::string PathText(const JsonPath& path);

/// The problem as the error of a file with that text: file, line, column, what, hint.
[[nodiscard]] Error ToError(const ParseProblem& problem, std::string_view text,
                            std::string_view file);

}  // namespace headroom
