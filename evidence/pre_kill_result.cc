#include "evidence/pre_kill_result.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "container/enrolment/pre_kill.h"
#include "container/field_reader.h"
#include "evidence/json_fields.h"

namespace headroom {
namespace {

using nlohmann::json;
using Outcome = PreKillResult::Outcome;

constexpr std::string_view kSchema = "headroom.pre_kill/1";

constexpr std::array<std::pair<Outcome, std::string_view>, 6> kNames = {
    {{Outcome::kNotRun, "not-run"},
     {Outcome::kSent, "sent"},
     {Outcome::kExited, "exited"},
     {Outcome::kKilled, "killed"},
     {Outcome::kTimedOut, "timed-out"},
     {Outcome::kUnderWay, "under-way"}}};

Outcome OutcomeOf(FieldReader& reader) {
  const std::string text = reader.String("outcome");
  for (const auto& [outcome, name] : kNames) {
    if (text == name) return outcome;
  }
  reader.Refuse("outcome", "is none of not-run, sent, exited, killed, timed-out, under-way");
  return Outcome::kNotRun;
}

std::vector<std::string> WordsOf(FieldReader& reader) {
  std::vector<std::string> words;
  const json* list = reader.MaybeArray("command");
  if (list == nullptr) return words;
  for (const json& word : *list) {
    if (!word.is_string() || words.size() >= PreKillBounds::kMostWords) {
      reader.Refuse("command", "is no list of at most 64 texts");
      return {};
    }
    words.push_back(word.get<std::string>());
  }
  return words;
}

PreKillResult ResultFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  reader.ExpectSchema(kSchema);
  PreKillResult result;
  result.outcome = OutcomeOf(reader);
  result.reason = reader.MaybeString("reason").value_or("");
  result.status =
      static_cast<int>(std::clamp<std::int64_t>(reader.MaybeInt64("status").value_or(0), 0, 255));
  result.command = WordsOf(reader);
  result.signal = reader.MaybeString("signal").value_or("");
  result.pid = PidOf(reader, "pid");
  result.began = TimeOf(reader, "began_boot_ns").value_or(std::chrono::nanoseconds(0));
  result.took = std::chrono::duration_cast<std::chrono::microseconds>(
      TimeOf(reader, "took_ns").value_or(std::chrono::nanoseconds(0)));
  result.output = reader.MaybeString("output").value_or("");
  result.output_cut = reader.MaybeBool("output_cut").value_or(false);
  result.directory = reader.MaybeString("directory").value_or("");
  result.why_no_directory = reader.MaybeString("why_no_directory").value_or("");
  return result;
}

}  // namespace

std::string SerializePreKillResult(const PreKillResult& result) {
  json object{{"schema", kSchema},
              {"outcome", kNames.at(static_cast<std::size_t>(result.outcome)).second},
              {"command", result.command},
              {"signal", result.signal},
              {"began_boot_ns", result.began.count()},
              {"took_ns", std::chrono::nanoseconds(result.took).count()},
              {"output", result.output},
              {"output_cut", result.output_cut}};
  if (result.pid > 0) object["pid"] = result.pid;
  if (!result.reason.empty()) object["reason"] = result.reason;
  if (!result.directory.empty()) object["directory"] = result.directory;
  if (!result.why_no_directory.empty()) object["why_no_directory"] = result.why_no_directory;
  const bool has_status = result.outcome == Outcome::kExited || result.outcome == Outcome::kKilled;
  if (has_status) object["status"] = result.status;
  return DumpJson(object);
}

Result<PreKillResult> ParsePreKillResult(std::string_view text, std::string_view where) {
  return ParseRecord<PreKillResult>(text, where, ResultFromJson);
}

}  // namespace headroom
