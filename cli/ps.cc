#include "cli/ps.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "cli/bundle_words.h"
#include "cli/live_state.h"
#include "cli/table.h"
#include "cli/targets.h"
#include "container/enrolment/registry_dir.h"
#include "container/facts/make_enrolment.h"
#include "container/marks/armed_marks.h"
#include "evidence/recorder.h"
#include "evidence/store.h"
#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {
namespace {

using nlohmann::json;

/// One line of the list.
struct Row {
  Enrolment container;  ///< of one that is not enrolled, what its record would be
  bool enrolled = true;
  std::string state;
  std::optional<bool> armed;   ///< nullopt: nobody would arm it
  std::optional<Sample> last;  ///< of the recorder
  LiveFigures figures;
  std::optional<BundleEntry> incident;

  [[nodiscard]] std::optional<Bytes> Current() const {
    return figures.current || !last ? figures.current : last->current;
  }
  [[nodiscard]] std::optional<Limit> Maximum() const {
    return figures.max ? figures.max : container.cgroup.limits.max;
  }
};

std::optional<Sample> LastSample(const RegistryDir::Entry& entry) {
  const auto recording = ReadRecording(entry.path + "/recorder");
  if (!recording || recording->samples.empty()) return std::nullopt;
  return recording->samples.back();
}

/// Why a container is only looked at, when it is. As headroomd decides it: of two equal limits the
/// container's own is the one that a wire stands below.
std::string WhyObserved(const Row& row) {
  const Enrolment& container = row.container;
  const auto maximum = row.Maximum();
  if (container.mode == Mode::kObserve) return "policy";
  if (!container.own_cgroup) return container.not_own_reason;
  if (container.cgroup_version == CgroupVersion::kV1) return "cgroup v1 has nothing to hold it by";
  if (!maximum || maximum->unlimited()) return "no limit of its own";
  for (const CgroupBaseline& ancestor : container.ancestors) {
    if (ancestor.limits.max && *ancestor.limits.max < *maximum) {
      return fmt::format("{} above it is the tighter limit", ancestor.path);
    }
  }
  if (container.mode == Mode::kThrottle && !row.figures.has_pressure) {
    return "mode throttle needs the pressure of its cgroup (PSI)";
  }
  return row.figures.foreign_high ? "its memory.high is set by somebody else" : "";
}

std::string StateText(const Environment& environment, const Row& row, bool supervised) {
  if (!IsRunning(environment.host, row.container)) {
    return supervised ? "ended, being examined" : "ended, no supervisor";
  }
  if (!supervised) return "unwatched: no supervisor";
  if (row.armed.value_or(false)) return "watched, armed";
  const std::string observed = WhyObserved(row);
  return observed.empty() ? "watched" : "observed: " + EscapedForPeople(observed);
}

std::optional<BundleEntry> LastIncident(const Store& store, const Enrolment& container) {
  const auto bundles = store.ListContainer(StoreContainerDir(container));
  if (!bundles) return std::nullopt;
  const auto newest = std::ranges::find_if(
      *bundles, [](const BundleEntry& bundle) { return IsIncident(bundle.kind); });
  return newest == bundles->end() ? std::nullopt : std::optional(*newest);
}

/// Of a container that runs and that nobody enrolled; nullopt: it has ended meanwhile.
std::optional<Row> UnprotectedRow(const Environment& environment, const Target& target) {
  const auto facts = FactsOfTarget(environment, target);
  if (!facts && facts.error().code == ErrorCode::kGone) return std::nullopt;
  Row row{.enrolled = false};
  if (!facts) {
    row.container.id = target.container.id;
    row.container.engine = target.container.runtime;
    row.state = "unprotected: " + EscapedForPeople(facts.error().Message());
    return row;
  }
  row.container = MakeEnrolment(*facts, Mode::kObserve, {});
  row.figures = ReadLiveFigures(environment.host, row.container);
  row.figures.kills.reset();  // since when is not known
  const bool has_cgroup = !row.container.cgroup.path.empty();
  row.state = has_cgroup ? "unprotected: started without the hook (headroom enrol)"
                         : "unprotected: " + EscapedForPeople(row.container.not_own_reason);
  return row;
}

json RowToJson(const Row& row) {
  const auto limit = row.Maximum();
  const auto current = row.Current();
  return {
      {"name", EscapedForPeople(row.container.DisplayName())},
      {"id", EscapedForPeople(row.container.id)},
      {"engine", EscapedForPeople(row.container.engine)},
      {"enrolled", row.enrolled},
      {"mode", row.enrolled ? json(ModeName(row.container.mode)) : json(nullptr)},
      {"state", row.state},
      {"armed", row.armed ? json(*row.armed) : json(nullptr)},
      {"limit", !limit               ? json(nullptr)
                : limit->unlimited() ? json("max")
                                     : json(limit->bytes().value)},
      {"current", current ? json(current->value) : json(nullptr)},
      {"oom_kills", row.figures.kills ? json(*row.figures.kills) : json(nullptr)},
      {"cgroup", EscapedForPeople(row.container.cgroup.path)},
      {"last_incident", row.incident ? json(EscapedForPeople(row.incident->path)) : json(nullptr)}};
}

void PrintJson(const Environment& environment, const std::vector<Row>& rows, bool supervised) {
  json containers = json::array();
  for (const Row& row : rows) containers.push_back(RowToJson(row));
  environment.out << DumpJson({{"schema", "headroom.ps/1"},
                               {"supervisor", supervised},
                               {"containers", std::move(containers)}});
}

std::string UseText(const Row& row) {
  const auto current = row.Current();
  if (!current) return "?";
  const auto limit = row.Maximum();
  if (!limit || limit->unlimited()) return ToText(*current);
  return fmt::format("{} {:.0f} %", ToText(*current), 100.0 * Share(*current, limit->bytes()));
}

void PrintTable(const Environment& environment, const std::vector<Row>& rows) {
  Table table({"NAME", "ENGINE", "STATE", "LIMIT", "USE", "LAST INCIDENT"});
  for (const Row& row : rows) {
    const auto limit = row.Maximum();
    table.Add({EscapedForPeople(row.container.DisplayName()),
               EscapedForPeople(row.container.engine), row.state,
               limit ? ToText(*limit) : std::string("?"), UseText(row),
               row.incident ? fmt::format("{} {}", StampText(row.incident->stamp),
                                          BundleKindName(row.incident->kind))
                            : std::string("none")});
  }
  environment.out << table.Text();
}

/// Whether one of the wires stands in the container's cgroup or below it.
bool AnyWithin(const std::vector<ArmedMarks::Wire>& wires, const std::string& cgroup) {
  return !cgroup.empty() && std::ranges::any_of(wires, [&](const ArmedMarks::Wire& wire) {
    return IsSameOrBelow(wire.path, cgroup);
  });
}

/// What is enrolled, whether it still runs or not.
Result<std::vector<Row>> EnrolledRows(const Environment& environment, bool supervised,
                                      int& status) {
  const RegistryDir registry(environment.paths.run_dir);
  const auto entries = registry.List();
  if (!entries) return std::unexpected(entries.error());
  const Store store(environment.paths.store_dir);
  const auto standing = ArmedMarks(environment.paths.run_dir).Standing(environment.host);
  std::vector<Row> rows;
  for (const RegistryDir::Entry& entry : *entries) {
    auto enrolment = registry.Read(entry);
    if (!enrolment && enrolment.error().code == ErrorCode::kNotFound) continue;  // just removed
    if (!enrolment) {
      status = FailToRead(environment, enrolment.error());
      continue;
    }
    Row row{.container = std::move(*enrolment)};
    row.armed = AnyWithin(standing, row.container.cgroup.path);
    row.last = LastSample(entry);
    row.figures = ReadLiveFigures(environment.host, row.container);
    row.state = StateText(environment, row, supervised);
    row.incident = LastIncident(store, row.container);
    rows.push_back(std::move(row));
  }
  return rows;
}

void AddUnprotected(const Environment& environment, std::vector<Row>& rows) {
  const auto targets = RunningTargets(environment);
  if (!targets) return;  // the error of the registry is told already
  for (const Target& target : *targets) {
    if (target.enrolment) continue;
    if (auto row = UnprotectedRow(environment, target)) rows.push_back(*std::move(row));
  }
}

}  // namespace

int Ps(const Environment& environment, const PsOptions& options) {
  const bool supervised = SupervisorIsAlive(environment.paths.run_dir);
  int status = CliStatus::kDone;
  auto rows = EnrolledRows(environment, supervised, status);
  if (!rows) return FailToRead(environment, rows.error());
  AddUnprotected(environment, *rows);
  if (options.json) {
    PrintJson(environment, *rows, supervised);
  } else if (!rows->empty()) {
    PrintTable(environment, *rows);
  } else if (status == CliStatus::kDone) {
    environment.err << "headroom: no container is enrolled" << HintOfRoot(environment) << '\n';
  }
  return status;
}

}  // namespace headroom
