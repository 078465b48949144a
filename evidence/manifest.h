#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace headroom {

/// How one section of a bundle came out: lets a reader tell "was zero" from "could not look".
enum class Outcome {
  kComplete,
  kPartial,      ///< some of it; the reason says what is missing
  kUnavailable,  ///< this host or configuration does not offer it
  kTooLate,      ///< it was gone before we looked
};
[[nodiscard]] std::string_view OutcomeName(Outcome outcome);
[[nodiscard]] std::optional<Outcome> ParseOutcome(std::string_view name);

/// One row of manifest.json: every section has one, present or not.
struct ManifestRow {
  std::string section;  ///< file or folder in the bundle: "before/smaps/4321"
  Outcome outcome = Outcome::kComplete;
  std::string reason;                     ///< empty only for kComplete
  std::optional<BootTime> captured_boot;  ///< absent when there is nothing
  std::optional<WallTime> captured_wall;
  std::chrono::microseconds took{};
  std::uint64_t bytes = 0;
  std::string sha256;  ///< hex; empty when there is no file
};

/// What was taken out of a copy of a bundle before it was given away.
struct Redaction {
  std::string level;                 ///< RedactionLevelName
  std::vector<std::string> changed;  ///< sections that were rewritten
  std::vector<std::string> dropped;  ///< sections that were left out

  bool operator==(const Redaction&) const = default;
};

/// Schema "headroom.manifest/1".
struct Manifest {
  std::string incident;  ///< "<generation>-<from>-<to>", see IncidentId
  std::string kind;      ///< BundleKindName, so that a bundle can be copied under another name
  std::vector<ManifestRow> rows;
  std::optional<Redaction> redacted;  ///< nullopt: it is as it was published

  [[nodiscard]] const ManifestRow* Find(std::string_view section) const;
};
[[nodiscard]] std::string SerializeManifest(const Manifest& manifest);
[[nodiscard]] Result<Manifest> ParseManifest(std::string_view text, std::string_view where);

}  // namespace headroom
