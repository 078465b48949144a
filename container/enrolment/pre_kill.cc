#include "container/enrolment/pre_kill.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "container/field_reader.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::string_view kDirectory = "{directory}";

constexpr std::array<std::pair<std::string_view, int>, 7> kSignals = {{{"HUP", SIGHUP},
                                                                       {"INT", SIGINT},
                                                                       {"QUIT", SIGQUIT},
                                                                       {"ABRT", SIGABRT},
                                                                       {"USR1", SIGUSR1},
                                                                       {"USR2", SIGUSR2},
                                                                       {"TERM", SIGTERM}}};

std::string WhyNoCommand(const std::vector<std::string>& command) {
  using Bounds = PreKillBounds;
  if (command.size() > Bounds::kMostWords) return "has a command of more than 64 words";
  if (!command.front().starts_with('/')) {
    return fmt::format("has the command \"{}\", expected an absolute path",
                       EscapedForPeople(command.front()));
  }
  const bool fits = std::ranges::all_of(command, [](const std::string& word) {
    return word.size() <= Bounds::kLongestWord && word.find('\0') == std::string::npos;
  });
  return fits ? "" : "has a command with a word of more than 4096 bytes, or with a null byte";
}

/// `text` with every `{key}` of `words` filled in, from left to right, and nothing twice.
std::string Filled(const std::string& text, const PreKillWords& words) {
  const std::array<std::pair<std::string_view, const std::string*>, 6> known = {
      {{"{pid}", &words.pid},
       {"{init}", &words.init},
       {"{cgroup}", &words.cgroup},
       {"{bundles}", &words.bundles},
       {kDirectory, &words.directory},
       {"{id}", &words.id}}};
  std::string filled;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = std::string_view(text).substr(at);
    const auto key = std::ranges::find_if(
        known, [&](const auto& candidate) { return rest.starts_with(candidate.first); });
    if (key == known.end()) {
      filled += text[at++];
    } else {
      filled += *key->second;
      at += key->first.size();
    }
  }
  return filled;
}

}  // namespace

std::optional<int> PreKillSignal(std::string_view name) {
  for (const auto& [known, number] : kSignals) {
    if (name == known) return number;
  }
  return std::nullopt;
}

std::string WhyNoPreKill(const PreKill& action) {
  using Bounds = PreKillBounds;
  if (!action.command.empty() && !action.signal.empty()) return "names both a command and a signal";
  if (!action.signal.empty() && !PreKillSignal(action.signal)) {
    return fmt::format("has the signal \"{}\", expected HUP, INT, QUIT, ABRT, USR1, USR2 or TERM",
                       EscapedForPeople(action.signal));
  }
  if (action.hold.count() < 0 || action.hold > Bounds::kLongestHold) {
    return "holds the container for more than 30 s";
  }
  if (action.time < Bounds::kShortestTime || action.time > Bounds::kLongestTime) {
    return "takes less than 1 s or more than 5 minutes";
  }
  return action.command.empty() ? "" : WhyNoCommand(action.command);
}

bool NamesDirectory(const std::vector<std::string>& command) {
  return std::ranges::any_of(
      command, [](const std::string& word) { return word.find(kDirectory) != std::string::npos; });
}

std::vector<std::string> FilledIn(const std::vector<std::string>& command,
                                  const PreKillWords& words) {
  std::vector<std::string> filled;
  filled.reserve(command.size());
  for (const std::string& word : command) filled.push_back(Filled(word, words));
  return filled;
}

void WritePreKill(JsonWriter& out, const PreKill& action) {
  out.BeginObject();
  out.Key("command");
  out.BeginArray();
  for (const std::string& word : action.command) out.String(word);
  out.EndArray();
  out.Key("hold_ms");
  out.Number(action.hold.count());
  out.Key("signal");
  out.String(action.signal);
  out.Key("time_s");
  out.Number(action.time.count());
  out.EndObject();
}

PreKill ReadPreKill(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  PreKill action;
  if (const json* words = reader.MaybeArray("command")) {
    for (const json& word : *words) {
      if (!word.is_string() || action.command.size() >= PreKillBounds::kMostWords) {
        reader.Refuse("command", "is no list of at most 64 texts");
        return {};
      }
      action.command.push_back(word.get<std::string>());
    }
  }
  action.signal = reader.MaybeString("signal").value_or("");
  action.hold = std::chrono::milliseconds(reader.MaybeInt64("hold_ms").value_or(0));
  action.time = std::chrono::seconds(reader.MaybeInt64("time_s").value_or(30));
  const std::string why = WhyNoPreKill(action);
  if (why.empty()) return action;
  reader.Refuse("command", fmt::format("and the others: the action {}", why));
  return {};
}

}  // namespace headroom
