#pragma once

#include <chrono>
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "container/field_reader.h"
#include "explain/verdict.h"

namespace headroom {

/// A list of a summary has no more rows than that.
inline constexpr std::size_t kMostSummaryRows = 4096;

/// What VerdictJson has escaped stays as it is; what somebody put there since is escaped now.
[[nodiscard]] std::string Printable(std::string_view text);

/// Printable; empty where it is absent.
[[nodiscard]] std::string PrintableOf(FieldReader& reader, std::string_view key);

/// Printable lines; an empty list where it is absent.
[[nodiscard]] std::vector<std::string> LinesOf(FieldReader& reader, std::string_view key);

/// Nanoseconds between two times, which may be below 0.
[[nodiscard]] std::optional<std::chrono::nanoseconds> SpanOf(FieldReader& reader,
                                                             std::string_view key);

/// The figures for programs: "held", "breakdown", "mappings" and "growth" of `verdict`. A part or a
/// kind of mapping of a later version is left out.
void ReadFigures(FieldReader& reader, Status& status, Verdict& verdict);

}  // namespace headroom
