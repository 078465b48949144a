#include "cli/why/no_bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "capture/container_log.h"
#include "cli/why/answer.h"
#include "cli/why/engine_sources.h"
#include "cli/why/log_sources.h"
#include "evidence/docker_local_log.h"
#include "explain/inferred/inferred.h"
#include "explain/inferred/kills_of.h"

namespace headroom {
namespace {

constexpr std::size_t kMostNamed = 8;
constexpr std::chrono::seconds kStartNotedLater{5};

int TellSeveral(const Environment& environment, const WhyOptions& options,
                const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNamed); ++i) {
    list += fmt::format("{} {}", i == 0 ? "" : ",", EscapedForPeople(names[i]));
  }
  if (names.size() > kMostNamed) list += ", ...";
  return Fail(environment, CliStatus::kAmbiguous,
              fmt::format("\"{}\" could be{}", EscapedForPeople(options.subject), list));
}

int Tell(const Environment& environment, const WhyOptions& options, const InferredSources& sources,
         std::string_view id, const std::string& last_line) {
  const Verdict verdict = ExplainInferred(sources, id);
  return TellUneventful(environment, options, verdict, last_line,
                        verdict.killer.empty() ? CliStatus::kNoIncident : CliStatus::kDone);
}

ContainerLogFormat LogFormatOf(const EngineState& state) {
  if (state.engine != "docker") return ContainerLogFormat::kCri;
  return state.log_path.ends_with(kDockerLocalLog) ? ContainerLogFormat::kDockerLocal
                                                   : ContainerLogFormat::kDockerJson;
}

/// Of this run alone: a log goes on when a container is started again. Docker notes a start when
/// the runtime has returned, and by then a short container has said all that it had to say.
std::vector<ContainerLine> LastLinesOf(const Environment& environment, const EngineState& state) {
  if (state.log_path.empty()) return {};
  WantedLines wanted;
  if (state.started) wanted.since = *state.started - kStartNotedLater;
  auto log = ReadContainerLog(state.log_path, LogFormatOf(state), environment.uid, wanted);
  return log ? std::move(log->lines) : std::vector<ContainerLine>{};
}

int TellOfEngine(const Environment& environment, const WhyOptions& options, EngineState state,
                 const std::string& last_line) {
  const AskedTime asked{.from = state.started,
                        .to = state.running.value_or(false) ? NowWall() : state.finished};
  InferredSources sources{.subject = options.subject, .engine = {}, .ended = {}};
  sources.logs = ReadKernelLogs(environment, asked);
  sources.remarks = ReadRemarks(environment, asked);
  sources.log_lines = LastLinesOf(environment, state);
  const std::string id = state.id;
  sources.engine = std::move(state);
  return Tell(environment, options, sources, id, last_line);
}

std::optional<int> TellOfLogs(const Environment& environment, const WhyOptions& options) {
  InferredSources sources{.subject = options.subject, .engine = {}, .ended = {}};
  sources.logs = ReadKernelLogs(environment, {});
  const auto named = ContainersInLogs(sources.logs, options.subject);
  if (named.empty()) return std::nullopt;
  if (named.size() == 1) return Tell(environment, options, sources, named.front().id, "");
  std::vector<std::string> names;
  names.reserve(named.size());
  for (const NamedInLog& one : named) names.push_back(one.cgroup);
  return TellSeveral(environment, options, names);
}

}  // namespace

std::optional<int> TellOfEngines(const Environment& environment, const WhyOptions& options,
                                 const std::string& last_line) {
  auto states = FindInEngines(environment, options.subject);
  if (states.empty()) return std::nullopt;
  if (states.size() == 1)
    return TellOfEngine(environment, options, std::move(states.front()), last_line);
  std::vector<std::string> names;
  names.reserve(states.size());
  for (const EngineState& state : states) {
    names.push_back(fmt::format("{} ({}, {})", state.name.empty() ? state.id : state.name,
                                state.engine, state.id));
  }
  return TellSeveral(environment, options, names);
}

std::optional<int> TellWithoutBundle(const Environment& environment, const WhyOptions& options) {
  if (const auto told = TellOfEngines(environment, options, "")) return told;
  return TellOfLogs(environment, options);
}

std::vector<Statement> LogsOfEnded(const Environment& environment, const EndedRecord& ended) {
  InferredSources sources{.subject = ended.name, .engine = {}, .ended = ended.ended_wall};
  sources.logs = ReadKernelLogs(environment, {.from = {}, .to = ended.ended_wall});
  return sources.logs.empty() ? std::vector<Statement>{} : LogStatements(sources, ended.id);
}

}  // namespace headroom
