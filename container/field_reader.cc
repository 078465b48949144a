#include "container/field_reader.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"

namespace headroom {

using nlohmann::json;

void FieldReader::Keep(const Error& error) {
  if (!status_) return;
  Error kept = error;
  kept.what = EscapedForPeople(error.what);  // a key may be anybody's text
  status_ = std::unexpected(std::move(kept));
}

void FieldReader::Refuse(std::string_view key, std::string_view what) {
  Keep(Malformed(where_, fmt::format("key \"{}\" {}", key, what)).error());
}

void FieldReader::ExpectSchema(std::string_view schema) {
  if (String("schema") != schema) Refuse("schema", fmt::format("is not \"{}\"", schema));
}

template <typename T>
T FieldReader::Take(Result<T> value) {
  if (value && ok()) return std::move(*value);
  if (!value) Keep(value.error());
  return T{};
}

std::string FieldReader::String(std::string_view key) {
  return Take(RequiredString(object_, key, where_));
}

std::uint64_t FieldReader::Uint64(std::string_view key) {
  return Take(RequiredUint64(object_, key, where_));
}

bool FieldReader::Bool(std::string_view key) {
  const auto value = MaybeBool(key);
  if (!value) Refuse(key, "is missing, expected true or false");
  return value.value_or(false);
}

std::optional<std::string> FieldReader::MaybeString(std::string_view key) {
  return Take(OptionalString(object_, key, where_));
}

std::optional<std::uint64_t> FieldReader::MaybeUint64(std::string_view key) {
  return Take(OptionalUint64(object_, key, where_));
}

std::optional<std::int64_t> FieldReader::MaybeInt64(std::string_view key) {
  return Take(OptionalInt64(object_, key, where_));
}

std::optional<double> FieldReader::MaybeDouble(std::string_view key) {
  return Take(OptionalDouble(object_, key, where_));
}

std::optional<bool> FieldReader::MaybeBool(std::string_view key) {
  return Take(OptionalBool(object_, key, where_));
}

const json* FieldReader::MaybeObject(std::string_view key) {
  return Take(OptionalObject(object_, key, where_));
}

const json* FieldReader::MaybeArray(std::string_view key) {
  return Take(OptionalArray(object_, key, where_));
}

void FieldReader::ForEachRow(std::string_view key, std::size_t max_rows,
                             const std::function<void(const json&, const std::string&)>& take) {
  const json* array = MaybeArray(key);
  if (array == nullptr) return;
  if (array->size() > max_rows) return Refuse(key, fmt::format("has more than {} rows", max_rows));
  for (std::size_t i = 0; i < array->size() && ok(); ++i) {
    const json& row = (*array)[i];
    if (!row.is_object()) return Refuse(key, "has a row that is not an object");
    take(row, fmt::format("{}: {}[{}]", where_, key, i));
  }
}

std::string FieldReader::AnyBytes(std::string_view key) {
  const std::string raw_key = fmt::format("{}_raw", key);
  const auto raw = MaybeString(raw_key);
  if (!raw) return MaybeString(key).value_or("");
  auto bytes = PercentDecoded(*raw);
  if (!bytes) Refuse(raw_key, "is not percent-encoded text");
  return bytes.value_or("");
}

Status ReadObject(std::string_view text, std::string_view where,
                  const std::function<void(const json&, const std::string&, Status&)>& read) {
  const auto document = ParseJsonObject(text, where);
  if (!document) return std::unexpected(document.error());
  Status status;
  read(*document, std::string(where), status);
  return status;
}

void PutBytes(json& object, std::string_view key, std::string_view bytes) {
  std::string escaped = EscapedForPeople(bytes);
  if (escaped != bytes) object[fmt::format("{}_raw", key)] = PercentEncoded(bytes);
  object[std::string(key)] = std::move(escaped);
}

void WriteBytes(JsonWriter& out, std::string_view key, std::string_view bytes) {
  const std::string escaped = EscapedForPeople(bytes);
  out.Key(key);
  out.String(escaped);
  if (escaped == bytes) return;
  out.Key(fmt::format("{}_raw", key));
  out.String(PercentEncoded(bytes));
}

}  // namespace headroom
