#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "base/result.h"

namespace headroom {

/// Reads the members of one JSON object and keeps the first error of many, so that a reader of
/// twenty keys is twenty lines. After an error every further call gives an empty value.
///
/// Borrows `object` and `status`; nested objects share the status. Not for several threads.
class FieldReader {
 public:
  FieldReader(const nlohmann::json& object, std::string where, Status& status)
      : object_(object), where_(std::move(where)), status_(status) {}

  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] bool ok() const { return status_.has_value(); }
  /// Records an error of the caller's own about `key`; the first one stays.
  void Refuse(std::string_view key, std::string_view what);
  /// Refuses a record whose member "schema" is another one.
  void ExpectSchema(std::string_view schema);

  /// Required members: an absent one is kMalformed.
  [[nodiscard]] std::string String(std::string_view key);
  [[nodiscard]] std::uint64_t Uint64(std::string_view key);
  [[nodiscard]] bool Bool(std::string_view key);

  /// Members that may be absent (or null).
  [[nodiscard]] std::optional<std::string> MaybeString(std::string_view key);
  [[nodiscard]] std::optional<std::uint64_t> MaybeUint64(std::string_view key);
  [[nodiscard]] std::optional<std::int64_t> MaybeInt64(std::string_view key);
  [[nodiscard]] std::optional<double> MaybeDouble(std::string_view key);
  [[nodiscard]] std::optional<bool> MaybeBool(std::string_view key);
  /// nullptr when absent; borrowed from the object.
  [[nodiscard]] const nlohmann::json* MaybeObject(std::string_view key);
  [[nodiscard]] const nlohmann::json* MaybeArray(std::string_view key);
  /// Calls `take` for each object in the array `key`, with where it stands, until one is refused;
  /// not at all when the member is absent. Refused are a row of another type and more than
  /// `max_rows`.
  void ForEachRow(std::string_view key, std::size_t max_rows,
                  const std::function<void(const nlohmann::json&, const std::string&)>& take);

  /// A string of any bytes, as PutBytes wrote it. Absent: empty.
  [[nodiscard]] std::string AnyBytes(std::string_view key);

 private:
  void Keep(const Error& error);
  template <typename T>
  T Take(Result<T> value);

  const nlohmann::json& object_;
  std::string where_;
  Status& status_;
};

/// The rows of the array `key`, each by `read_row(object, where, status)`. Absent: none. Errors as
/// ForEachRow.
template <typename Row, typename ReadRow>
[[nodiscard]] std::vector<Row> RowsOf(FieldReader& reader, std::string_view key,
                                      std::size_t max_rows, Status& status, ReadRow read_row) {
  std::vector<Row> rows;
  reader.ForEachRow(key, max_rows, [&](const nlohmann::json& row, const std::string& where) {
    rows.push_back(read_row(row, where, status));
  });
  return rows;
}

/// Calls `read` with the object that `text` is and with where it stands. Errors: no JSON object,
/// else the first that `read` kept.
[[nodiscard]] Status ReadObject(
    std::string_view text, std::string_view where,
    const std::function<void(const nlohmann::json&, const std::string&, Status&)>& read);

/// The record that a whole file is, by `read_record(object, where, status)`, as a row is read.
/// Errors as ReadObject.
template <typename Record, typename ReadRecord>
[[nodiscard]] Result<Record> ParseRecord(std::string_view text, std::string_view where,
                                         ReadRecord read_record) {
  Record record;
  const Status status = ReadObject(
      text, where, [&](const nlohmann::json& object, const std::string& place, Status& kept) {
        record = read_record(object, place, kept);
      });
  if (!status) return std::unexpected(status.error());
  return record;
}

/// JSON holds text only, ids and paths are bytes. Plain printable text stands under `key` as it
/// is. Anything else stands there escaped for reading, and beside it under `<key>_raw` the bytes
/// themselves, percent-encoded; readers prefer that one.
void PutBytes(nlohmann::json& object, std::string_view key, std::string_view bytes);
/// The same, as the next member of the object that `out` is in.
void WriteBytes(JsonWriter& out, std::string_view key, std::string_view bytes);

}  // namespace headroom
