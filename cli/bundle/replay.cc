#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "cli/bundle/output.h"
#include "cli/bundle/verbs.h"
#include "evidence/pack/pack.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using nlohmann::json;

/// One value of a verdict that is another one by now. An empty text: there was or is none.
struct Change {
  std::string what;
  std::string recorded;
  std::string now;
};

std::string LimitText(const std::optional<Limit>& limit) {
  return limit ? ToCgroupText(*limit) : "";
}

std::string KillsText(const std::optional<std::uint64_t>& kills) {
  return kills ? fmt::format("{}", *kills) : "";
}

void AddIfChanged(std::vector<Change>& changes, std::string what, std::string recorded,
                  std::string now) {
  if (recorded != now) changes.push_back({std::move(what), std::move(recorded), std::move(now)});
}

std::string WithEvidence(const Statement& statement) {
  return fmt::format("{} ({})", statement.text, statement.evidence);
}

/// Each by its label; one that only one of the two has stands against nothing.
void AddStatements(std::vector<Change>& changes, const Verdict& recorded, const Verdict& now) {
  std::vector<Statement> rest = now.statements;
  for (const Statement& statement : recorded.statements) {
    const auto same_label = [&](const Statement& other) { return other.label == statement.label; };
    const auto found = std::ranges::find_if(rest, same_label);
    const std::string other = found == rest.end() ? "" : WithEvidence(*found);
    AddIfChanged(changes, statement.label, WithEvidence(statement), other);
    if (found != rest.end()) rest.erase(found);
  }
  for (const Statement& statement : rest) {
    AddIfChanged(changes, statement.label, "", WithEvidence(statement));
  }
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : " / ") + line;
  return text;
}

std::vector<Change> Differences(const Verdict& recorded, const Verdict& now) {
  std::vector<Change> changes;
  AddIfChanged(changes, "cause", std::string(CauseName(recorded.cause)),
               std::string(CauseName(now.cause)));
  AddIfChanged(changes, "confidence", std::string(ConfidenceName(recorded.confidence)),
               std::string(ConfidenceName(now.confidence)));
  AddIfChanged(changes, "level", recorded.level, now.level);
  AddIfChanged(changes, "limit (bytes)", LimitText(recorded.limit), LimitText(now.limit));
  AddIfChanged(changes, "kills", KillsText(recorded.kills), KillsText(now.kills));
  AddIfChanged(changes, "headline", recorded.headline, now.headline);
  AddStatements(changes, recorded, now);
  AddIfChanged(changes, "advice", Joined(recorded.advice), Joined(now.advice));
  return changes;
}

std::string OrNothing(const std::string& text) { return text.empty() ? "(nothing)" : text; }

void PrintText(const Environment& environment, const Verdict& now,
               const std::vector<Change>& changes) {
  if (changes.empty()) {
    environment.out << fmt::format("{}: the same verdict as recorded: {}, {}\n", now.bundle,
                                   CauseName(now.cause), ConfidenceName(now.confidence));
    return;
  }
  environment.out << fmt::format(
      "{}: {} of its verdict would be another one now\n", now.bundle,
      changes.size() == 1 ? "1 line" : fmt::format("{} lines", changes.size()));
  for (const Change& change : changes) {
    environment.out << fmt::format("{}\n  recorded  {}\n  now       {}\n", change.what,
                                   OrNothing(change.recorded), OrNothing(change.now));
  }
}

json TextOrNull(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

void PrintJson(const Environment& environment, const Verdict& now,
               const std::vector<Change>& changes) {
  json rows = json::array();
  for (const Change& change : changes) {
    rows.push_back({{"what", change.what},
                    {"recorded", TextOrNull(change.recorded)},
                    {"now", TextOrNull(change.now)}});
  }
  environment.out << DumpJson({{"schema", "headroom.bundle-replay/1"},
                               {"bundle", now.bundle},
                               {"same", changes.empty()},
                               {"cause", CauseName(now.cause)},
                               {"confidence", ConfidenceName(now.confidence)},
                               {"changes", std::move(rows)}});
}

}  // namespace

int BundleReplay(const Environment& environment, const BundleReplayOptions& options) {
  const auto bundle = ReadMeantBundle(environment, options.subject);
  if (!bundle) return FailToFind(environment, bundle.error());
  const auto evidence = EvidenceInFiles(bundle->files, bundle->path);
  if (!evidence) return FailToRead(environment, evidence.error());
  const std::string where = bundle->path + "/summary.json";
  const std::string* summary = evidence->File("summary.json");
  if (summary == nullptr) {
    return Fail(environment, CliStatus::kUnreadable,
                EscapedForPeople(where) + ": is not there, so there is nothing to compare with");
  }
  const auto recorded = ParseVerdict(*summary, where);
  if (!recorded) return FailToRead(environment, recorded.error());
  const Verdict now = Explain(*evidence);
  const std::vector<Change> changes = Differences(*recorded, now);
  (options.json ? PrintJson : PrintText)(environment, now, changes);
  return changes.empty() ? CliStatus::kDone : CliStatus::kIncomplete;
}

}  // namespace headroom
