#include "hook/reporter.h"

#include <fmt/format.h>
#include <unistd.h>

#include <string>

#include "base/text.h"

namespace headroom {

void StandardReporter::ToUser(std::string_view line) {
  const std::string text = EscapedForPeople(line) + "\n";
  (void)!write(STDERR_FILENO, text.data(), text.size());  // nowhere left to report a failure
}

void StandardReporter::ToJournal(LogLevel level, std::string_view line) {
  LogToJournal(level, identifier_, line);
}

void Warn(Reporter& reporter, std::string_view text) {
  const std::string line = fmt::format("headroom: warning: {}", text);
  reporter.ToUser(line);
  reporter.ToJournal(LogLevel::kWarning, line);
}

}  // namespace headroom
