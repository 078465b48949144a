#include "cli/ended_record.h"

#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto record = ParseEndedRecord(text, "ended/docker-web.json");
  if (!record) {
    Require(record.error().code == ErrorCode::kMalformed);
    Require(record.error().Message().find('\n') == std::string::npos);
    return;
  }
  Require(record->path == "ended/docker-web.json");
  if (!record->exit) return;
  // By a signal or with a code, and one that a process can end with.
  const ExitStatus& status = record->exit->status;
  Require(status.signal.has_value() != status.code.has_value());
  if (status.signal) Require(*status.signal >= 1 && *status.signal <= 127);
  if (status.code) Require(*status.code >= 0 && *status.code <= 255);
}
