#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "container/field_reader.h"
#include "kernel/cgroup/memory_events.h"

namespace headroom {

/// What the records of a bundle have in common: amounts, times and limits that may be absent.
/// Writers leave an absent one out; readers give nullopt for it.

void PutIfKnown(nlohmann::json& object, std::string_view key, std::optional<std::uint64_t> value);
void PutIfKnown(nlohmann::json& object, std::string_view key, std::optional<Bytes> value);
void PutIfKnown(nlohmann::json& object, std::string_view key, std::optional<Limit> value);
void PutIfKnown(nlohmann::json& object, std::string_view key, std::optional<bool> value);
[[nodiscard]] nlohmann::json EventsToJson(const MemoryEvents& events);

[[nodiscard]] std::optional<Bytes> AmountOf(FieldReader& reader, std::string_view key);
/// Nanoseconds; refuses more than 2^61, so that sums and differences of two cannot overflow.
[[nodiscard]] std::optional<std::chrono::nanoseconds> TimeOf(FieldReader& reader,
                                                             std::string_view key);
/// ISO 8601 text.
[[nodiscard]] std::optional<WallTime> WallOf(FieldReader& reader, std::string_view key);
/// A number or "max".
[[nodiscard]] std::optional<Limit> LimitOf(const nlohmann::json& object, FieldReader& reader,
                                           std::string_view key);
[[nodiscard]] MemoryEvents EventsOf(const nlohmann::json& object, const std::string& where,
                                    Status& status);
/// The number of a process, 1 to INT_MAX; 0 when absent.
[[nodiscard]] int PidOf(FieldReader& reader, std::string_view key);

}  // namespace headroom
