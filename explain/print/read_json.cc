#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "evidence/init_exit.h"
#include "evidence/json_fields.h"
#include "evidence/wall_text.h"
#include "explain/print/read_fields.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using nlohmann::json;

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
  return {.label = PrintableOf(reader, "label"),
          .text = PrintableOf(reader, "text"),
          .evidence = PrintableOf(reader, "evidence")};
}

std::optional<KillerProcess> KillerOf(FieldReader& reader, Status& status) {
  const json* object = reader.MaybeObject("killer_process");
  if (object == nullptr) return std::nullopt;
  FieldReader inner(*object, reader.where() + ": killer_process", status);
  return KillerProcess{.pid = PidOf(inner, "pid"),
                       .comm = PrintableOf(inner, "comm"),
                       .exe = PrintableOf(inner, "exe"),
                       .unit = PrintableOf(inner, "unit"),
                       .cgroup = PrintableOf(inner, "cgroup"),
                       .via = PrintableOf(inner, "via")};
}

std::optional<ExitStatus> ExitOf(FieldReader& reader, Status& status) {
  const json* object = reader.MaybeObject("exit");
  if (object == nullptr) return std::nullopt;
  const auto exit = InitExitFromJson(*object, reader.where() + ": exit", status);
  return exit ? std::optional(exit->status) : std::nullopt;
}

void ReadVictim(FieldReader& reader, Status& status, Verdict& verdict) {
  const json* object = reader.MaybeObject("victim");
  if (object == nullptr) return;
  FieldReader inner(*object, reader.where() + ": victim", status);
  const int pid = PidOf(inner, "pid");
  if (pid > 0) verdict.victim_pid = pid;
  verdict.victim_comm = PrintableOf(inner, "comm");
  verdict.victim_rss = AmountOf(inner, "rss");
  verdict.victim_is_init = inner.MaybeBool("is_init").value_or(false);
}

Verdict VerdictOf(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  reader.ExpectSchema("headroom.summary/1");
  Verdict verdict;
  verdict.container = PrintableOf(reader, "container");
  verdict.headline = PrintableOf(reader, "headline");
  verdict.cause = CauseOf(reader.String("cause"));
  verdict.confidence = ConfidenceOf(reader.String("confidence"));
  verdict.level = PrintableOf(reader, "level");
  verdict.limit = LimitOf(object, reader, "limit");
  verdict.killer = PrintableOf(reader, "killer");
  verdict.killer_process = KillerOf(reader, status);
  verdict.exit = ExitOf(reader, status);
  ReadVictim(reader, status, verdict);
  verdict.kills = reader.MaybeUint64("kills");
  verdict.killed_wall = WallOf(reader, "killed_wall");
  verdict.init_alive = reader.MaybeBool("init_alive");
  ReadFigures(reader, status, verdict);
  verdict.snapshot_age = SpanOf(reader, "snapshot_age_ns");
  verdict.statements =
      RowsOf<Statement>(reader, "statements", kMostSummaryRows, status, StatementOf);
  verdict.advice = LinesOf(reader, "advice");
  verdict.advice_now = LinesOf(reader, "advice_now");
  verdict.advice_cure = LinesOf(reader, "advice_cure");
  verdict.bundle = PrintableOf(reader, "bundle");
  return verdict;
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string printable;
  for (const std::string_view piece : Split(text, '\\')) {
    if (piece.data() != text.data()) printable += '\\';
    printable += EscapedForPeople(piece);
  }
  if (text.ends_with('\\')) printable += '\\';  // behind which there is no piece
  return printable;
}

std::string PrintableOf(FieldReader& reader, std::string_view key) {
  return Printable(reader.MaybeString(key).value_or(""));
}

std::vector<std::string> LinesOf(FieldReader& reader, std::string_view key) {
  const json* rows = reader.MaybeArray(key);
  std::vector<std::string> lines;
  if (rows == nullptr) return lines;
  if (rows->size() > kMostSummaryRows) {
    reader.Refuse(key, "has more rows than any verdict");
    return lines;
  }
  for (const json& row : *rows) {
    if (row.is_string()) {
      lines.push_back(Printable(row.get_ref<const std::string&>()));
    } else {
      reader.Refuse(key, "has a row that is no text");
    }
  }
  return lines;
}

std::optional<std::chrono::nanoseconds> SpanOf(FieldReader& reader, std::string_view key) {
  const auto count = reader.MaybeInt64(key);
  return count ? std::optional(std::chrono::nanoseconds(*count)) : std::nullopt;
}

Result<Verdict> ParseVerdict(std::string_view text, std::string_view where) {
  return ParseRecord<Verdict>(text, where, VerdictOf);
}

}  // namespace headroom
