#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "evidence/init_exit.h"

namespace headroom {

/// `<run>/ended/<container key>.json`, schema "headroom.ended/1": what the supervisor knew of a
/// container that ended without an incident.
struct EndedRecord {
  std::string path;  ///< of the file, to be cited
  std::string id;
  std::string name;
  std::string engine;
  std::vector<std::string> aliases;  ///< see container/engine/aliases.h
  std::string generation;
  std::optional<WallTime> ended_wall;
  std::optional<BootTime> ended_boot;
  std::optional<std::uint64_t> oom_kill_delta;  ///< nullopt: its counters were never read
  std::optional<InitExit> exit;                 ///< nullopt: how its init ended was not seen

  [[nodiscard]] bool IsOfBoot(const std::string& boot_id) const {
    return generation.starts_with(boot_id + "-");
  }
};

[[nodiscard]] Result<EndedRecord> ParseEndedRecord(std::string_view text, std::string_view where);

/// All of them; those that cannot be read are left out, as are all when there is no directory.
[[nodiscard]] std::vector<EndedRecord> ReadEndedRecords(const std::string& run_dir);

}  // namespace headroom
