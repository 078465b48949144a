#pragma once

#include <optional>
#include <string>

#include "evidence/redact/copy_names.h"

namespace headroom {

/// The records of a bundle with the names that they have in its copy. Each is read and written
/// anew, so that what this version does not know is not in the copy. nullopt: it cannot be
/// understood, and is left out. Pure but for the numbers that `names` gives away.
using RedactedRecord = std::optional<std::string>;

/// How the container was (state_records.cc). Figures and fixed words stay as they are.
[[nodiscard]] RedactedRecord RedactedSnapshot(const std::string& bytes, CopyNames& names);
[[nodiscard]] RedactedRecord RedactedProcesses(const std::string& bytes, CopyNames& names);
[[nodiscard]] RedactedRecord RedactedSlabs(const std::string& bytes, CopyNames& names);
[[nodiscard]] RedactedRecord RedactedSelf(const std::string& bytes, CopyNames& names);

/// What held its memory (held_records.cc). A file, a memfd or a mapping has one name wherever it
/// stands, so that an earlier map still grows into the later one.
[[nodiscard]] RedactedRecord RedactedShm(const std::string& bytes, CopyNames& names);
[[nodiscard]] RedactedRecord RedactedTmpfs(const std::string& bytes, CopyNames& names);
[[nodiscard]] RedactedRecord RedactedSharedMemory(const std::string& bytes, CopyNames& names);
[[nodiscard]] RedactedRecord RedactedEarlierMap(const std::string& bytes, CopyNames& names);

/// What happened to it, and beside whom (kill_records.cc). `generation` is what that of the
/// container is called in the copy; `log` is kernel/oom.log of the copy, whose lines are cited.
[[nodiscard]] RedactedRecord RedactedIncident(const std::string& bytes, CopyNames& names,
                                              const std::string& generation);
[[nodiscard]] RedactedRecord RedactedOomRecord(const std::string& bytes, CopyNames& names,
                                               const std::string& log);
[[nodiscard]] RedactedRecord RedactedSignals(const std::string& bytes, CopyNames& names);
[[nodiscard]] RedactedRecord RedactedNeighbours(const std::string& bytes, CopyNames& names);

}  // namespace headroom
