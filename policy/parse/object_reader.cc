#include "policy/parse/object_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "policy/parse/suggest.h"

namespace headroom {
namespace {

using nlohmann::json;

std::string InPlace(const JsonPath& path, std::string_view text) {
  const std::string place = PathText(path);
  return place.empty() ? std::string(text) : fmt::format("{}: {}", place, text);
}

}  // namespace

JsonPath ObjectReader::PathOf(JsonStep step) const {
  JsonPath path = path_;
  path.push_back(std::move(step));
  return path;
}

void ObjectReader::Add(ParseProblem::Kind kind, std::string_view key, std::string_view what,
                       std::string hint) {
  problems_.push_back(
      {.kind = kind,
       .path = PathOf(std::string(key)),
       .place = kind == ParseProblem::Kind::kUnknownKey ? JsonPlace::kKey : JsonPlace::kValue,
       .text = InPlace(path_, fmt::format("key \"{}\" {}", EscapedForPeople(key), what)),
       .hint = std::move(hint)});
}

void ObjectReader::Refuse(std::string_view key, std::string_view what, std::string hint) {
  Add(ParseProblem::Kind::kError, key, what, std::move(hint));
}

void ObjectReader::Doubt(std::string_view key, std::string_view what, std::string hint) {
  Add(ParseProblem::Kind::kDoubtful, key, what, std::move(hint));
}

void ObjectReader::RefuseObject(std::string_view what) {
  problems_.push_back({.kind = ParseProblem::Kind::kError,
                       .path = path_,
                       .place = JsonPlace::kValue,
                       .text = InPlace(path_, what),
                       .hint = {}});
}

const json* ObjectReader::Value(std::string_view key) {
  Know(key);
  const auto found = object_.find(key);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

const json* ObjectReader::Typed(std::string_view key, bool (*is)(const json&),
                                std::string_view expected) {
  const json* value = Value(key);
  if (value == nullptr || is(*value)) return value;
  Refuse(key, fmt::format("holds {} {}, expected {}", value->is_structured() ? "an" : "a",
                          value->type_name(), expected));
  return nullptr;
}

const json* ObjectReader::Object(std::string_view key) {
  return Typed(key, [](const json& value) { return value.is_object(); }, "an object");
}

const json* ObjectReader::Array(std::string_view key) {
  return Typed(key, [](const json& value) { return value.is_array(); }, "an array");
}

std::optional<std::string> ObjectReader::String(std::string_view key) {
  const json* value = Typed(key, [](const json& held) { return held.is_string(); }, "a string");
  if (value == nullptr) return std::nullopt;
  return value->get<std::string>();
}

void ObjectReader::ReportUnknownKey(const std::string& key,
                                    const std::vector<std::string_view>& known) {
  Add(ParseProblem::Kind::kUnknownKey, key, "is not known", DidYouMean(key, known));
}

bool ObjectReader::HasUnknown() const {
  return std::any_of(object_.items().begin(), object_.items().end(), [this](const auto& member) {
    return std::find(known_.begin(), known_.end(), member.key()) == known_.end();
  });
}

void ObjectReader::ReportUnknown() {
  for (const auto& [key, value] : object_.items()) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) ReportUnknownKey(key, known_);
  }
}

}  // namespace headroom
