#include "evidence/json_fields.h"

#include <climits>
#include <nlohmann/json.hpp>

#include "evidence/wall_text.h"

namespace headroom {

using nlohmann::json;

namespace {

/// 73 years: what is calculated from two times still fits.
constexpr std::uint64_t kLongestTime = std::uint64_t{1} << 61U;

}  // namespace

void PutIfKnown(json& object, std::string_view key, std::optional<std::uint64_t> value) {
  if (value) object[std::string(key)] = *value;
}

void PutIfKnown(json& object, std::string_view key, std::optional<Bytes> value) {
  if (value) object[std::string(key)] = value->value;
}

void PutIfKnown(json& object, std::string_view key, std::optional<Limit> value) {
  if (!value) return;
  object[std::string(key)] = value->unlimited() ? json("max") : json(value->bytes().value);
}

void PutIfKnown(json& object, std::string_view key, std::optional<bool> value) {
  if (value) object[std::string(key)] = *value;
}

json EventsToJson(const MemoryEvents& events) {
  json object = json::object();
  PutIfKnown(object, "low", events.low);
  PutIfKnown(object, "high", events.high);
  PutIfKnown(object, "max", events.max);
  PutIfKnown(object, "oom", events.oom);
  PutIfKnown(object, "oom_kill", events.oom_kill);
  PutIfKnown(object, "oom_group_kill", events.oom_group_kill);
  return object;
}

std::optional<Bytes> AmountOf(FieldReader& reader, std::string_view key) {
  const auto value = reader.MaybeUint64(key);
  return value ? std::optional(Bytes{*value}) : std::nullopt;
}

std::optional<std::chrono::nanoseconds> TimeOf(FieldReader& reader, std::string_view key) {
  const auto value = reader.MaybeUint64(key);
  if (!value) return std::nullopt;
  if (*value > kLongestTime) {
    reader.Refuse(key, "is no time in nanoseconds of this century");
    return std::nullopt;
  }
  return std::chrono::nanoseconds(static_cast<std::int64_t>(*value));
}

std::optional<WallTime> WallOf(FieldReader& reader, std::string_view key) {
  const auto text = reader.MaybeString(key);
  if (!text) return std::nullopt;
  const auto time = ParseIso8601(*text);
  if (!time) reader.Refuse(key, "is not a time like 2026-11-21T03:12:44Z");
  return time;
}

std::optional<Limit> LimitOf(const json& object, FieldReader& reader, std::string_view key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::nullopt;
  if (found->is_string() && *found == "max") return Limit::Unlimited();
  const auto bytes = AmountOf(reader, key);
  return bytes ? std::optional(Limit(*bytes)) : std::nullopt;
}

MemoryEvents EventsOf(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  return MemoryEvents{.low = reader.MaybeUint64("low"),
                      .high = reader.MaybeUint64("high"),
                      .max = reader.MaybeUint64("max"),
                      .oom = reader.MaybeUint64("oom"),
                      .oom_kill = reader.MaybeUint64("oom_kill"),
                      .oom_group_kill = reader.MaybeUint64("oom_group_kill")};
}

int PidOf(FieldReader& reader, std::string_view key) {
  const auto value = reader.MaybeUint64(key);
  if (!value) return 0;
  if (*value == 0 || *value > INT_MAX) {
    reader.Refuse(key, "is not the number of a process");
    return 0;
  }
  return static_cast<int>(*value);
}

}  // namespace headroom
