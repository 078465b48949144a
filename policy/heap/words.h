#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headroom::heap {

/// ASCII letters in lower case, the rest as it is.
[[nodiscard]] std::string Lower(std::string_view text);

/// Whose rules divide the text of an environment variable into options.
enum class WordRules {
  kJava,  ///< blanks and line ends divide; '...' and "..." keep together; nothing is escaped
          ///< (HotSpot's Arguments::parse_options_buffer, the launcher's JLI_AddArgsFromEnvVar)
  kNode,  ///< blanks divide; "..." keeps together, where \ escapes (node_options.cc)
};
/// The options in `text`. An open quote reaches to the end.
[[nodiscard]] std::vector<std::string> OptionWords(std::string_view text, WordRules rules);

/// The words of a command that a POSIX shell runs as they stand: words, quotes, backslashes.
/// nullopt for anything else, so that nothing is guessed: expansions ($ ` ~ * ? [), redirections,
/// lists and pipes, comments, line ends, open quotes, a text above 64 KiB.
[[nodiscard]] std::optional<std::vector<std::string>> ShellWords(std::string_view text);

/// "NAME=...", where NAME is one that a shell takes.
[[nodiscard]] bool IsAssignment(std::string_view word);

}  // namespace headroom::heap
