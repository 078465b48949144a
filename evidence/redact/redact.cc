#include "evidence/redact/redact.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "evidence/bundle_writer.h"
#include "evidence/incident.h"
#include "evidence/oom_record.h"
#include "evidence/redact/oom_text.h"
#include "evidence/redact/pseudonyms.h"
#include "evidence/redact/texts.h"
#include "evidence/shared_memory.h"
#include "evidence/snapshot.h"

namespace headroom {
namespace {

constexpr std::string_view kRedacted = "redacted";
constexpr std::string_view kNoBootId = "00000000-0000-0000-0000-000000000000";
constexpr std::string_view kAncestors = "cgroup/ancestors/";
constexpr std::string_view kLeftOut = "left out by headroom bundle redact";
constexpr std::array<std::string_view, 2> kVerdict = {"summary.json", "report.txt"};

/// Nothing but figures and fixed words.
bool IsPlain(std::string_view section) {
  constexpr std::array<std::string_view, 10> kPlain = {"before/memory.stat",
                                                       "before/memory.current",
                                                       "before/memory.events",
                                                       "before/memory.swap.current",
                                                       "before/memory.pressure",
                                                       "host/meminfo",
                                                       "host/vmstat",
                                                       "host/pressure/memory",
                                                       "host/sysctl.json",
                                                       "timeline.json"};
  return std::ranges::find(kPlain, section) != kPlain.end() || section.starts_with("cgroup/");
}

class Redactor {
 public:
  Redactor(const Evidence& evidence, RedactionLevel level) : evidence_(evidence), level_(level) {}

  Store::Draft Redact() {
    Store::Draft draft{
        .container = evidence_.container,
        .kind = evidence_.kind,
        .incident = {},
        .sections = {},
        .redacted = Redaction{
            .level = std::string(RedactionLevelName(level_)), .changed = {}, .dropped = {}}};
    RedactContainer(draft.container);
    draft.incident = IncidentOf(draft.container);
    redaction_ = &*draft.redacted;
    for (const ManifestRow& row : evidence_.manifest.rows) {
      if (std::ranges::find(kVerdict, row.section) != kVerdict.end()) continue;
      draft.sections.push_back(SectionOf(row, draft.container));
    }
    return draft;
  }

 private:
  [[nodiscard]] bool HidesNames() const { return level_ == RedactionLevel::kNames; }

  /// The generation as it is called now, and the range as it is in the manifest.
  [[nodiscard]] IncidentId IncidentOf(const Enrolment& container) const {
    const std::string_view text = evidence_.manifest.incident;
    const std::size_t to = text.rfind('-');
    const std::size_t from = to == std::string_view::npos || to == 0 ? to : text.rfind('-', to - 1);
    IncidentId id{.generation = container.GenerationKey()};
    if (from == std::string_view::npos || to == std::string_view::npos) return id;
    id.from = ParseUint64(text.substr(from + 1, to - from - 1)).value_or(0);
    id.to = ParseUint64(text.substr(to + 1)).value_or(0);
    return id;
  }

  void RedactContainer(Enrolment& container) {
    container.bundle_dir.clear();
    container.findings.clear();
    container.policy.reset();
    if (!container.not_own_reason.empty()) container.not_own_reason = kRedacted;
    if (!HidesNames()) return;
    container.id = "container";
    if (!container.name.empty()) container.name = "container";
    if (!container.image.empty()) container.image = "image";
    container.boot_id = kNoBootId;
    container.cgroup.path = names_.Cgroup(container.cgroup.path);
    for (CgroupBaseline& above : container.ancestors) above.path = names_.Cgroup(above.path);
  }

  Section SectionOf(const ManifestRow& row, const Enrolment& container) {
    Section section{.row = row, .bytes = {}};
    section.row.section = NameOf(row.section);
    if (HidesNames() && row.reason.find('/') != std::string::npos) section.row.reason = kRedacted;
    const std::string* bytes = evidence_.File(row.section);
    if (!HasFile(row) || bytes == nullptr) return section;
    auto redacted = BytesOf(row.section, *bytes, container);
    if (!redacted) {
      redaction_->dropped.push_back(section.row.section);
      section.row.outcome = Outcome::kUnavailable;
      section.row.reason = kLeftOut;
      return section;
    }
    if (*redacted != *bytes) redaction_->changed.push_back(section.row.section);
    section.bytes = std::move(*redacted);
    return section;
  }

  /// The folder of an ancestor is named after it.
  [[nodiscard]] std::string NameOf(const std::string& section) const {
    if (!HidesNames() || !section.starts_with(kAncestors)) return section;
    const std::string_view rest = std::string_view(section).substr(kAncestors.size());
    const std::string_view number = rest.substr(0, rest.find('-'));
    const std::size_t slash = rest.find('/');
    return fmt::format("{}{}-ancestor{}", kAncestors, number,
                       slash == std::string_view::npos ? "" : rest.substr(slash));
  }

  /// nullopt: not to be given away.
  std::optional<std::string> BytesOf(const std::string& section, const std::string& bytes,
                                     const Enrolment& container) {
    if (IsPlain(section)) return bytes;
    if (section == "container.json") return SerializeEnrolment(container);
    if (section == "incident.json") return IncidentText(bytes, container);
    if (section == "before/snapshot.json") return SnapshotText(bytes);
    if (section == "before/processes.json" || section == "after/survivors.json") {
      return ProcessesText(bytes);
    }
    if (section == "before/shm.json") return ShmText(bytes);
    if (section == "kernel/oom.json") return OomText(bytes);
    if (section == "kernel/oom.log") return OomLog();
    if (section == "host/version") return RedactedVersion(bytes);
    if (section.starts_with("before/smaps/") || section.starts_with("before/smaps_rollup/")) {
      return RedactedSmaps(bytes, names_);
    }
    if (section.starts_with("before/status/")) {
      return RedactedStatus(bytes, HidesNames() ? &names_ : nullptr);
    }
    return std::nullopt;
  }

  std::optional<std::string> IncidentText(const std::string& bytes, const Enrolment& container) {
    auto incident = ParseIncident(bytes, "");
    if (!incident) return std::nullopt;
    if (!HidesNames()) return bytes;
    incident->generation = container.GenerationKey();
    for (std::string& candidate : incident->candidates) candidate = names_.Container(candidate);
    for (IncidentLevel& level : incident->levels) level.path = names_.Cgroup(level.path);
    return SerializeIncident(*incident);
  }

  std::optional<std::string> SnapshotText(const std::string& bytes) {
    auto snapshot = ParseSnapshot(bytes, "");
    if (!snapshot) return std::nullopt;
    if (!HidesNames()) return bytes;
    snapshot->cgroup = names_.Cgroup(snapshot->cgroup);
    return SerializeSnapshot(*snapshot);
  }

  std::optional<std::string> ProcessesText(const std::string& bytes) {
    auto table = ParseProcesses(bytes, "");
    if (!table) return std::nullopt;
    if (!HidesNames()) return bytes;
    for (ProcessRow& row : table->processes) {
      row.comm = names_.Process(row.comm);
      row.cgroup = names_.Cgroup(row.cgroup);
    }
    return SerializeProcesses(*table);
  }

  std::optional<std::string> ShmText(const std::string& bytes) {
    auto listing = ParseShm(bytes, "");
    if (!listing) return std::nullopt;
    for (ShmFile& file : listing->files) file.path = names_.File(file.path);
    return SerializeShm(*listing);
  }

  std::string OomLog() {
    const std::string* log = evidence_.File("kernel/oom.log");
    return log == nullptr ? "" : RedactedOomLog(*log, HidesNames() ? &names_ : nullptr);
  }

  /// Its lines are those of the log as it is in the copy.
  std::optional<std::string> OomText(const std::string& bytes) {
    auto record = ParseOomRecord(bytes, "");
    if (!record) return std::nullopt;
    for (OomEvent& event : record->events) {
      if (!HidesNames()) break;
      if (event.invoker_comm) event.invoker_comm = names_.Process(*event.invoker_comm);
      for (auto* path : {&event.oom_memcg, &event.task_memcg}) {
        if (*path) *path = names_.Cgroup(**path);
      }
      for (OomVictim& victim : event.victims) victim.comm = names_.Process(victim.comm);
    }
    return SerializeOomRecord(*record, OomLog());
  }

  const Evidence& evidence_;
  RedactionLevel level_;
  Redaction* redaction_ = nullptr;
  Pseudonyms names_;
};

}  // namespace

std::string_view RedactionLevelName(RedactionLevel level) {
  return level == RedactionLevel::kFiles ? "files" : "names";
}

std::optional<RedactionLevel> ParseRedactionLevel(std::string_view name) {
  for (const RedactionLevel level : {RedactionLevel::kFiles, RedactionLevel::kNames}) {
    if (RedactionLevelName(level) == name) return level;
  }
  return std::nullopt;
}

Store::Draft Redacted(const Evidence& evidence, RedactionLevel level) {
  return Redactor(evidence, level).Redact();
}

}  // namespace headroom
