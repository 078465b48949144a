#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace headroom {
namespace {

using nlohmann::json;

/// The library's text without its own error number, which says nothing to a person.
std::string ReasonOnly(std::string_view reason) {
  const std::size_t bracket = reason.find("] ");
  return EscapedForPeople(bracket == std::string_view::npos ? reason : reason.substr(bracket + 2));
}

/// Counting is much quicker than looking, and small documents have too few brackets.
bool MayBeDeeperThan(std::string_view text, std::size_t levels) {
  const auto opening = std::ranges::count(text, '{') + std::ranges::count(text, '[');
  return static_cast<std::size_t>(opening) > levels;
}

const json* Find(const json& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::unexpected<Error> WrongType(const json& value, std::string_view key, std::string_view where,
                                 std::string_view expected) {
  return Malformed(where, fmt::format("key \"{}\" holds {} {}, expected {}", key,
                                      value.is_object() || value.is_array() ? "an" : "a",
                                      value.type_name(), expected));
}

template <typename T>
Result<T> Required(Result<std::optional<T>> value, std::string_view key, std::string_view where) {
  if (!value) return std::unexpected(value.error());
  if (!*value) return Malformed(where, fmt::format("key \"{}\" is missing", key));
  return std::move(**value);
}

}  // namespace

std::string JsonFault::Message() const {
  if (reason.empty()) {
    return fmt::format("is nested deeper than the {} levels that are read, at {}", kMaxJsonDepth,
                       ToText(position));
  }
  return fmt::format("is not valid JSON at {}: {}", ToText(position), reason);
}

std::expected<json, JsonFault> ParseJsonText(std::string_view text) {
  // Before the library reads it: asked while it reads, it looks through all of an array again for
  // each object in it.
  if (MayBeDeeperThan(text, kMaxJsonDepth)) {
    if (const std::size_t deep = FindDeeperThan(text, kMaxJsonDepth); deep < text.size()) {
      return std::unexpected(JsonFault{.position = PositionAt(text, deep), .reason = {}});
    }
  }
  // The library reports a position only by exception, so this is the one place where exceptions are
  // on; none leaves it.
  try {
    json document = json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/true,
                                /*ignore_comments=*/true);
    // The library takes a NUL for the end, and would leave what is behind it unread.
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
      return std::unexpected(JsonFault{.position = PositionAt(text, nul),
                                       .reason = "a NUL byte, which JSON never has"});
    }
    return document;
  } catch (const json::exception& error) {
    const auto* parse_error = dynamic_cast<const json::parse_error*>(&error);
    // The library counts bytes from 1, the offending one included.
    const std::size_t byte =
        parse_error == nullptr || parse_error->byte == 0 ? 0 : parse_error->byte - 1;
    return std::unexpected(
        JsonFault{.position = PositionAt(text, byte), .reason = ReasonOnly(error.what())});
  }
}

Result<json> ParseJson(std::string_view text, std::string_view where) {
  auto document = ParseJsonText(text);
  if (!document) return Malformed(where, document.error().Message());
  return std::move(*document);
}

Result<json> ParseJsonObject(std::string_view text, std::string_view where) {
  auto document = ParseJson(text, where);
  if (document && !document->is_object()) {
    return Malformed(where,
                     fmt::format("holds a JSON {}, expected an object", document->type_name()));
  }
  return document;
}

Result<std::optional<std::string>> OptionalString(const json& object, std::string_view key,
                                                  std::string_view where) {
  const json* value = Find(object, key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) return WrongType(*value, key, where, "a string");
  return value->get<std::string>();
}

Result<std::optional<std::uint64_t>> OptionalUint64(const json& object, std::string_view key,
                                                    std::string_view where) {
  const json* value = Find(object, key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_unsigned()) {
    return WrongType(*value, key, where, "a whole number that is not negative");
  }
  return value->get<std::uint64_t>();
}

Result<std::optional<std::int64_t>> OptionalInt64(const json& object, std::string_view key,
                                                  std::string_view where) {
  const json* value = Find(object, key);
  if (value == nullptr) return std::nullopt;
  const bool fits = value->is_number_integer() &&
                    (!value->is_number_unsigned() ||
                     value->get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX));
  if (!fits) return WrongType(*value, key, where, "a whole number");
  return value->get<std::int64_t>();
}

Result<std::optional<double>> OptionalDouble(const json& object, std::string_view key,
                                             std::string_view where) {
  const json* value = Find(object, key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) return WrongType(*value, key, where, "a number");
  return value->get<double>();
}

Result<std::optional<bool>> OptionalBool(const json& object, std::string_view key,
                                         std::string_view where) {
  const json* value = Find(object, key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) return WrongType(*value, key, where, "true or false");
  return value->get<bool>();
}

Result<const json*> OptionalObject(const json& object, std::string_view key,
                                   std::string_view where) {
  const json* value = Find(object, key);
  if (value != nullptr && !value->is_object()) return WrongType(*value, key, where, "an object");
  return value;
}

Result<const json*> OptionalArray(const json& object, std::string_view key,
                                  std::string_view where) {
  const json* value = Find(object, key);
  if (value != nullptr && !value->is_array()) return WrongType(*value, key, where, "an array");
  return value;
}

Result<std::string> RequiredString(const json& object, std::string_view key,
                                   std::string_view where) {
  return Required(OptionalString(object, key, where), key, where);
}

Result<std::uint64_t> RequiredUint64(const json& object, std::string_view key,
                                     std::string_view where) {
  return Required(OptionalUint64(object, key, where), key, where);
}

std::string DumpJson(const json& document) {
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string DumpJsonLine(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace headroom
