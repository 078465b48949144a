#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "cli/install/engines_here.h"
#include "cli/install/verbs.h"
#include "cli/table.h"

namespace headroom {
namespace {

using nlohmann::json;

void PrintJson(const Environment& environment, const std::vector<EngineHere>& rows) {
  json engines = json::array();
  for (const EngineHere& row : rows) {
    engines.push_back(
        {{"engine", row.engine},
         {"program", row.program.empty() ? json(nullptr) : json(EscapedForPeople(row.program))},
         {"registered", row.registered ? json(*row.registered) : json(nullptr)},
         {"where", row.where.empty() ? json(nullptr) : json(EscapedForPeople(row.where))},
         {"note", row.note.empty() ? json(nullptr) : json(EscapedForPeople(row.note))}});
  }
  environment.out << DumpJson({{"schema", "headroom.engines/1"}, {"engines", std::move(engines)}});
}

std::string RegisteredText(const EngineHere& row) {
  if (!row.registered) return row.where.empty() ? "-" : "?";
  return *row.registered ? "yes" : "no";
}

void PrintTable(const Environment& environment, const std::vector<EngineHere>& rows) {
  Table table({"ENGINE", "REGISTERED", "WHERE", ""});
  for (const EngineHere& row : rows) {
    table.Add({row.engine, RegisteredText(row),
               row.where.empty() ? std::string("-") : EscapedForPeople(row.where),
               EscapedForPeople(row.note)});
  }
  environment.out << table.Text();
}

}  // namespace

int ListEngines(const Environment& environment, const EnginesOptions& options) {
  const auto rows = EnginesHere(environment);
  if (options.json) {
    PrintJson(environment, rows);
  } else if (rows.empty()) {
    environment.err
        << "headroom: no engine that Headroom can be registered with is on this machine\n";
  } else {
    PrintTable(environment, rows);
  }
  return CliStatus::kDone;
}

}  // namespace headroom
