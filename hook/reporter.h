#pragma once

#include <string_view>

#include "base/log.h"

namespace headroom {

/// Where the hook says things. Standard output is never one of the places: runtimes capture it.
class Reporter {
 public:
  virtual ~Reporter() = default;
  /// A line for the runtime's user, without a line end. runc shows it, crun throws it away.
  virtual void ToUser(std::string_view line) = 0;
  /// A record for the operator.
  virtual void ToJournal(LogLevel level, std::string_view line) = 0;
};

/// Standard error, in one write(2) a line, and the journal's own socket. Never blocks on the
/// journal. Any bytes that a terminal would obey are escaped.
class StandardReporter : public Reporter {
 public:
  /// `identifier` names the program in the journal; borrowed for the reporter's life.
  explicit StandardReporter(std::string_view identifier = "headroom-hook")
      : identifier_(identifier) {}
  void ToUser(std::string_view line) override;
  void ToJournal(LogLevel level, std::string_view line) override;

 private:
  std::string_view identifier_;
};

/// "headroom: warning: TEXT" to both.
void Warn(Reporter& reporter, std::string_view text);

}  // namespace headroom
