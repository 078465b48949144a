#include "evidence/redact/redact.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "evidence/bundle_writer.h"
#include "evidence/kubelet_log.h"
#include "evidence/redact/copy_names.h"
#include "evidence/redact/kubelet_text.h"
#include "evidence/redact/oom_text.h"
#include "evidence/redact/records.h"
#include "evidence/redact/texts.h"
#include "evidence/section_name.h"
#include "evidence/shared_memory.h"

namespace headroom {
namespace {

constexpr std::string_view kRedacted = "redacted";
constexpr std::string_view kNoBootId = "00000000-0000-0000-0000-000000000000";
constexpr std::string_view kAncestors = "cgroup/ancestors/";
constexpr std::string_view kLeftOut = "left out by headroom bundle redact";

/// Nothing but figures and fixed words.
bool IsPlain(std::string_view section) {
  constexpr std::array<std::string_view, 16> kPlain = {"before/memory.usage_in_bytes",
                                                       "before/memory.oom_control",
                                                       "before/memory.memsw.usage_in_bytes",
                                                       "before/memory.kmem.usage_in_bytes",
                                                       "before/memory.stat",
                                                       "before/memory.current",
                                                       "before/memory.events",
                                                       "before/memory.swap.current",
                                                       "before/memory.pressure",
                                                       "before/io.pressure",
                                                       "before/cpu.pressure",
                                                       "host/meminfo",
                                                       "host/vmstat",
                                                       "host/pressure/memory",
                                                       "host/sysctl.json",
                                                       "timeline.json"};
  return std::ranges::find(kPlain, section) != kPlain.end() || section.starts_with("cgroup/");
}

using RedactRecord = RedactedRecord (*)(const std::string&, CopyNames&);

/// nullptr: no record of that name is known.
RedactRecord RecordNamed(std::string_view section) {
  constexpr std::array<std::pair<std::string_view, RedactRecord>, 11> kRecords = {{
      {"before/snapshot.json", RedactedSnapshot},
      {"before/processes.json", RedactedProcesses},
      {"after/survivors.json", RedactedProcesses},
      {"before/shm.json", RedactedShm},
      {"before/tmpfs.json", RedactedTmpfs},
      {"before/shared_memory.json", RedactedSharedMemory},
      {"before/earlier.json", RedactedEarlierMap},
      {"kernel/signals.json", RedactedSignals},
      {"neighbours.json", RedactedNeighbours},
      {"host/slabinfo.json", RedactedSlabs},
      {"self.json", RedactedSelf},
  }};
  const auto* const found =
      std::ranges::find(kRecords, section, &std::pair<std::string_view, RedactRecord>::first);
  return found == kRecords.end() ? nullptr : found->second;
}

class Redactor {
 public:
  Redactor(const Evidence& evidence, RedactionLevel level)
      : evidence_(evidence), level_(level), names_(level) {
    // Before the maps, which stand before the list, and may have files of it.
    const std::string* tmpfs = evidence_.File("before/tmpfs.json");
    if (tmpfs == nullptr) return;
    const auto table = ParseTmpfs(*tmpfs, "");
    if (!table) return;
    for (const ShmListing& mount : table->mounts) names_.all().HideBelow(mount.mount_point);
  }

  Store::Draft Redact() {
    Store::Draft draft{.container = evidence_.container,
                       .kind = evidence_.kind,
                       .incident = {},
                       .sections = {},
                       .redacted = {}};
    RedactContainer(draft.container);
    draft.incident = IncidentOf(draft.container);
    for (const ManifestRow& row : evidence_.manifest.rows) {
      if (std::ranges::find(kVerdictSections, row.section) != kVerdictSections.end()) continue;
      draft.sections.push_back(SectionOf(row, draft.container));
    }
    redaction_.level = RedactionLevelName(level_);
    draft.redacted = std::exchange(redaction_, {});
    return draft;
  }

 private:
  [[nodiscard]] bool HidesNames() const { return names_.HidesNames(); }

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
    container.pre_kill = {};
    if (!container.not_own_reason.empty()) container.not_own_reason = kRedacted;
    if (!HidesNames()) return;
    container.id = "container";
    if (!container.name.empty()) container.name = "container";
    if (!container.image.empty()) container.image = "image";
    container.aliases.clear();
    if (container.pod) container.pod = HiddenPod(*container.pod, container.pod, names_.all());
    container.boot_id = kNoBootId;
    container.cgroup.path = names_.all().Cgroup(container.cgroup.path);
    for (CgroupBaseline& above : container.ancestors) above.path = names_.all().Cgroup(above.path);
  }

  Section SectionOf(const ManifestRow& row, const Enrolment& container) {
    Section section{.row = row, .bytes = {}};
    section.row.section = NameOf(row.section);
    if (HidesNames() && row.reason.find('/') != std::string::npos) section.row.reason = kRedacted;
    const std::string* bytes = evidence_.File(row.section);
    if (!HasFile(row) || bytes == nullptr) return section;
    auto redacted = BytesOf(row.section, *bytes, container);
    if (!redacted) {
      redaction_.dropped.push_back(section.row.section);
      section.row.outcome = Outcome::kUnavailable;
      section.row.reason = kLeftOut;
      return section;
    }
    if (*redacted != *bytes) redaction_.changed.push_back(section.row.section);
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
    if (section == "incident.json") {
      return RedactedIncident(bytes, names_, container.GenerationKey());
    }
    // Its lines are those of the log as it is in the copy.
    if (section == "kernel/oom.json") return RedactedOomRecord(bytes, names_, OomLog());
    if (section == "kernel/oom.log") return OomLog();
    if (section == kKubeletLog) {
      return RedactedKubeletLog(bytes, evidence_.container.pod, names_.hidden());
    }
    if (section == "host/version") return RedactedVersion(bytes);
    if (section.starts_with("before/smaps/") || section.starts_with("before/smaps_rollup/")) {
      return RedactedSmaps(bytes, names_.all());
    }
    if (section.starts_with("before/status/")) return RedactedStatus(bytes, names_.hidden());
    const RedactRecord redact = RecordNamed(section);
    return redact == nullptr ? std::nullopt : redact(bytes, names_);
  }

  [[nodiscard]] std::string OomLog() {
    const std::string* log = evidence_.File("kernel/oom.log");
    return log == nullptr ? "" : RedactedOomLog(*log, names_.hidden());
  }

  const Evidence& evidence_;
  RedactionLevel level_;
  Redaction redaction_;  ///< of the draft that is being made
  CopyNames names_;
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
