#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_position.h"
#include "base/result.h"

namespace headroom {

/// Reading JSON that somebody else wrote: every function returns an error that names the file and
/// the key, none throws. Only .cc files include <nlohmann/json.hpp>; the document types here are
/// the library's own, so that nothing wraps it a second time.

/// Deepest nesting that is read. Real files of ours and of the runtimes stay below 20; the bound
/// keeps a hostile file from costing stack wherever the document is walked.
inline constexpr std::size_t kMaxJsonDepth = 64;

/// Why a text is no JSON that is read, and where that was noticed.
struct JsonFault {
  JsonPosition position;
  std::string reason;  ///< of the parser; empty: nested too deep
  /// "is not valid JSON at line 2, column 8: ..."; for people, one line.
  [[nodiscard]] std::string Message() const;
};

/// Parses a whole document; comments are allowed.
[[nodiscard]] std::expected<nlohmann::json, JsonFault> ParseJsonText(std::string_view text);

/// Parses a whole document; comments are allowed. kMalformed with line and column.
/// `where` names the source for messages.
[[nodiscard]] Result<nlohmann::json> ParseJson(std::string_view text, std::string_view where);

/// The same, and the document must be an object.
[[nodiscard]] Result<nlohmann::json> ParseJsonObject(std::string_view text, std::string_view where);

/// The member `key` of `object`. Absent or null: nullopt (absent is not a value of its own type).
/// Present with another type: kMalformed, naming `where` and `key`.
[[nodiscard]] Result<std::optional<std::string>> OptionalString(const nlohmann::json& object,
                                                                std::string_view key,
                                                                std::string_view where);
[[nodiscard]] Result<std::optional<std::uint64_t>> OptionalUint64(const nlohmann::json& object,
                                                                  std::string_view key,
                                                                  std::string_view where);
[[nodiscard]] Result<std::optional<std::int64_t>> OptionalInt64(const nlohmann::json& object,
                                                                std::string_view key,
                                                                std::string_view where);
[[nodiscard]] Result<std::optional<double>> OptionalDouble(const nlohmann::json& object,
                                                           std::string_view key,
                                                           std::string_view where);
[[nodiscard]] Result<std::optional<bool>> OptionalBool(const nlohmann::json& object,
                                                       std::string_view key,
                                                       std::string_view where);
/// Borrowed from `object`: valid while that lives. nullptr when absent or null.
[[nodiscard]] Result<const nlohmann::json*> OptionalObject(const nlohmann::json& object,
                                                           std::string_view key,
                                                           std::string_view where);
[[nodiscard]] Result<const nlohmann::json*> OptionalArray(const nlohmann::json& object,
                                                          std::string_view key,
                                                          std::string_view where);

/// The same, absent being kMalformed.
[[nodiscard]] Result<std::string> RequiredString(const nlohmann::json& object, std::string_view key,
                                                 std::string_view where);
[[nodiscard]] Result<std::uint64_t> RequiredUint64(const nlohmann::json& object,
                                                   std::string_view key, std::string_view where);

/// Text of a document, indented by two, with a line end. Bytes that are not UTF-8 become U+FFFD
/// rather than an exception.
[[nodiscard]] std::string DumpJson(const nlohmann::json& document);

/// The same on one line, without a line end.
[[nodiscard]] std::string DumpJsonLine(const nlohmann::json& document);

}  // namespace headroom
