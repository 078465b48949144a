#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
/// Nanoseconds; refuses what does not fit 63 bits.
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

/// The element of an array, or nullptr; hides the library's type from RowsOf.
[[nodiscard]] std::size_t RowCount(const nlohmann::json& array);
[[nodiscard]] const nlohmann::json* RowAt(const nlohmann::json& array, std::size_t index);

/// The rows of the array `key`, each read by `read_row(object, where, status)`. Absent: none.
template <typename Row, typename ReadRow>
std::vector<Row> RowsOf(FieldReader& reader, std::string_view key, std::size_t max_rows,
                        Status& status, ReadRow read_row) {
  std::vector<Row> rows;
  const nlohmann::json* array = reader.MaybeArray(key);
  if (array == nullptr) return rows;
  const std::size_t count = RowCount(*array);
  if (count > max_rows) {
    reader.Refuse(key, "has more rows than any record of ours");
    return rows;
  }
  for (std::size_t i = 0; i < count && status; ++i) {
    const nlohmann::json* row = RowAt(*array, i);
    if (row == nullptr) {
      reader.Refuse(key, "has a row that is not an object");
      break;
    }
    std::string where = reader.where();
    where.append(": ").append(key).append("[").append(std::to_string(i)).append("]");
    rows.push_back(read_row(*row, where, status));
  }
  return rows;
}

}  // namespace headroom
