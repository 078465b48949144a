#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "evidence/json_fields.h"
#include "evidence/wall_text.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::size_t kMostRows = 4096;

/// What VerdictJson has escaped stays as it is; what somebody put there since is escaped now.
std::string Printable(std::string_view text) {
  std::string printable;
  for (const std::string_view piece : Split(text, '\\')) {
    if (piece.data() != text.data()) printable += '\\';
    printable += EscapedForPeople(piece);
  }
  if (text.ends_with('\\')) printable += '\\';  // behind which there is no piece
  return printable;
}

std::string TextOf(FieldReader& reader, std::string_view key) {
  return Printable(reader.MaybeString(key).value_or(""));
}

template <typename Name>
std::optional<std::size_t> IndexOf(std::string_view wanted, std::size_t count, Name name) {
  for (std::size_t i = 0; i < count; ++i) {
    if (name(i) == wanted) return i;
  }
  return std::nullopt;
}

/// A cause of a later version is not known to this one.
Cause CauseOf(std::string_view name) {
  const auto index = IndexOf(name, static_cast<std::size_t>(Cause::kUnknown) + 1,
                             [](std::size_t i) { return CauseName(static_cast<Cause>(i)); });
  return index ? static_cast<Cause>(*index) : Cause::kUnknown;
}

Confidence ConfidenceOf(std::string_view name) {
  const auto index =
      IndexOf(name, static_cast<std::size_t>(Confidence::kInferred) + 1,
              [](std::size_t i) { return ConfidenceName(static_cast<Confidence>(i)); });
  return index ? static_cast<Confidence>(*index) : Confidence::kInferred;
}

Statement StatementOf(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  return {.label = TextOf(reader, "label"),
          .text = TextOf(reader, "text"),
          .evidence = TextOf(reader, "evidence")};
}

void ReadAdvice(FieldReader& reader, Verdict& verdict) {
  const json* rows = reader.MaybeArray("advice");
  if (rows == nullptr) return;
  if (rows->size() > kMostRows) return reader.Refuse("advice", "has more rows than any verdict");
  for (const json& row : *rows) {
    if (!row.is_string()) return reader.Refuse("advice", "has a row that is no text");
    verdict.advice.push_back(Printable(row.get_ref<const std::string&>()));
  }
}

}  // namespace

Result<Verdict> ParseVerdict(std::string_view text, std::string_view where) {
  const auto document = ParseJsonObject(text, where);
  if (!document) return std::unexpected(document.error());
  Status status;
  FieldReader reader(*document, std::string(where), status);
  if (reader.String("schema") != "headroom.summary/1") {
    reader.Refuse("schema", "is not \"headroom.summary/1\"");
  }
  Verdict verdict;
  verdict.container = TextOf(reader, "container");
  verdict.headline = TextOf(reader, "headline");
  verdict.cause = CauseOf(reader.String("cause"));
  verdict.confidence = ConfidenceOf(reader.String("confidence"));
  verdict.level = TextOf(reader, "level");
  verdict.limit = LimitOf(*document, reader, "limit");
  verdict.killer = TextOf(reader, "killer");
  verdict.kills = reader.MaybeUint64("kills");
  verdict.killed_wall = WallOf(reader, "killed_wall");
  verdict.init_alive = reader.MaybeBool("init_alive");
  verdict.statements = RowsOf<Statement>(reader, "statements", kMostRows, status, StatementOf);
  ReadAdvice(reader, verdict);
  verdict.bundle = TextOf(reader, "bundle");
  if (!status) return std::unexpected(status.error());
  return verdict;
}

}  // namespace headroom
