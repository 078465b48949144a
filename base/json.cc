#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace headroom {
namespace {

using nlohmann::json;

/// Deepest nesting that is read. Real files of ours and of the runtimes stay below 20; the bound
/// keeps a hostile file from costing stack wherever the document is walked.
constexpr int kMaxDepth = 64;

/// The text behind a string's first quote, from its last quote on.
std::string_view BehindString(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return text.substr(at + 1);
    }
  }
  return "";
}

/// The text behind a comment whose first '/' was taken; as the library ends one.
std::string_view BehindComment(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.starts_with('/')) {
    return text.substr(std::min(text.find_first_of("\n\r\0"sv), text.size()));
  }
  if (!text.starts_with('*')) return text;
  const std::size_t end = text.find("*/", 1);
  return end == std::string_view::npos ? "" : text.substr(end + 2);
}

/// The library can be asked while it reads, but then looks through all of an array again for each
/// object in it. Wherever this scan and the library disagree, the text was no JSON before.
bool IsTooDeep(std::string_view text) {
  int depth = 0;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '"') text = BehindString(text);
    if (c == '/') text = BehindComment(text);
    if (c == '}' || c == ']') --depth;
    if ((c == '{' || c == '[') && ++depth > kMaxDepth) return true;
  }
  return false;
}

std::string LineAndColumn(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, std::min(position, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_start = before.rfind('\n');
  const std::size_t column =
      line_start == std::string_view::npos ? before.size() : before.size() - line_start - 1;
  return fmt::format("line {}, column {}", line, column);
}

/// The library's text without its own error number, which says nothing to a person.
std::string ReasonOnly(std::string_view reason) {
  const std::size_t bracket = reason.find("] ");
  return EscapedForPeople(bracket == std::string_view::npos ? reason : reason.substr(bracket + 2));
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

Result<json> ParseJson(std::string_view text, std::string_view where) {
  if (IsTooDeep(text)) {
    return Malformed(where,
                     fmt::format("is nested deeper than the {} levels that are read", kMaxDepth));
  }
  // The library reports a position only by exception, so this is the one place where exceptions are
  // on; none leaves it.
  try {
    return json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/true,
                       /*ignore_comments=*/true);
  } catch (const json::exception& error) {
    const auto* parse_error = dynamic_cast<const json::parse_error*>(&error);
    // The library counts bytes from 1, the offending one included.
    const std::size_t byte =
        parse_error == nullptr || parse_error->byte == 0 ? 0 : parse_error->byte - 1;
    return Malformed(where, fmt::format("is not valid JSON at {}: {}", LineAndColumn(text, byte),
                                        ReasonOnly(error.what())));
  }
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
