#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/parse/problem.h"

namespace headroom {

/// Reads the members of one object of a policy file and collects all that is wrong with them. An
/// absent member and null are the same: nothing is said. Every name that is asked for is known;
/// ReportUnknown() then tells about the others.
///
/// Borrows object and problems; the names that are asked for must be literals or outlive it.
class ObjectReader {
 public:
  ObjectReader(const nlohmann::json& object, JsonPath path, std::vector<ParseProblem>& problems)
      : object_(object), path_(std::move(path)), problems_(problems) {}

  /// nullptr or nullopt where the member is absent, null, or refused for its type.
  [[nodiscard]] const nlohmann::json* Object(std::string_view key);
  [[nodiscard]] const nlohmann::json* Array(std::string_view key);
  [[nodiscard]] std::optional<std::string> String(std::string_view key);
  /// Of any type.
  [[nodiscard]] const nlohmann::json* Value(std::string_view key);
  /// For keys that mean nothing to us.
  void Know(std::string_view key) { known_.push_back(key); }

  /// An error about a member of the object: `key "mode" <what>`.
  void Refuse(std::string_view key, std::string_view what, std::string hint = {});
  /// The same, where the file can still be used.
  void Doubt(std::string_view key, std::string_view what, std::string hint = {});
  /// An error about the object itself.
  void RefuseObject(std::string_view what);

  void ReportUnknown();
  [[nodiscard]] bool HasUnknown() const;
  /// One key that is not known, beside those of `known`.
  void ReportUnknownKey(const std::string& key, const std::vector<std::string_view>& known);

  [[nodiscard]] JsonPath PathOf(JsonStep step) const;
  [[nodiscard]] const nlohmann::json& object() const { return object_; }
  [[nodiscard]] std::vector<ParseProblem>& problems() { return problems_; }

 private:
  void Add(ParseProblem::Kind kind, std::string_view key, std::string_view what, std::string hint);
  const nlohmann::json* Typed(std::string_view key, bool (*is)(const nlohmann::json&),
                              std::string_view expected);

  const nlohmann::json& object_;
  JsonPath path_;
  std::vector<ParseProblem>& problems_;
  std::vector<std::string_view> known_;
};

}  // namespace headroom
