#include "supervisor/incident/publish.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/text.h"
#include "evidence/bundle_order.h"
#include "evidence/unwritten.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

std::string WhatHappened(const CapturedIncident& incident) {
  if (incident.kind == BundleKind::kKilled) return "was killed, not by the OOM killer";
  if (incident.kind == BundleKind::kStall) {
    return "made no progress, and memory.high of mode throttle was lifted";
  }
  return fmt::format("{} killed by the OOM killer",
                     incident.id.to - incident.id.from == 1 ? "a process was" : "processes were");
}

std::string_view SummaryOf(const Store::Draft& draft) {
  const auto found = std::ranges::find_if(
      draft.sections, [](const Section& section) { return section.row.section == "summary.json"; });
  return found == draft.sections.end() ? std::string_view() : std::string_view(found->bytes);
}

/// "limit its own memory.max, 64 MiB; victim pid 204 sh (the container's init)": what a log is
/// worth when there is nothing else. Empty where the summary has no such lines.
std::string EssenceOf(std::string_view summary) {
  const auto verdict = ParseVerdict(summary, "summary.json");
  std::string essence;
  if (!verdict) return essence;
  for (const Statement& statement : verdict->statements) {
    if (statement.label != "limit" && statement.label != "victim" && statement.label != "held by") {
      continue;
    }
    essence += fmt::format("{}{} {}", essence.empty() ? "" : "; ", statement.label, statement.text);
  }
  return essence;
}

/// What systemd gave headroomd at its start is a mount of its own: made while the disk was
/// read-only, it stays so when the disk is not any more. Started by somebody else it has none.
std::string_view CureOf(const Error& why) {
  if (why.errno_value != EROFS || sd_booted() <= 0) return "";
  return " (systemctl restart headroomd, where everybody else may write there again)";
}

void KeepVerdict(const PublishPlaces& places, const Store::Draft& draft,
                 const CapturedIncident& incident, const Error& why) {
  const Unwritten unwritten(places.paths.run_dir);
  if (unwritten.Has(draft)) {  // told the first time
    Log(LogLevel::kDebug, fmt::format("the bundle cannot be written: {}", why.Message()));
    return;
  }
  const std::string_view summary = SummaryOf(draft);
  const auto kept = unwritten.Keep(draft, summary, EraFor(Store(places.paths.store_dir), draft));
  Log(LogLevel::kError,
      fmt::format(
          "{}: {} ({}); the bundle cannot be written: {}; it is tried again in 30 s{}, {}",
          EscapedForPeople(incident.container->DisplayName()), WhatHappened(incident),
          EssenceOf(summary), why.Message(), CureOf(why),
          kept ? fmt::format("and the verdict is kept in {}", *kept)
               : fmt::format("and the verdict cannot be kept either: {}", kept.error().Message())));
}

/// Takes from the incident what bundles have already. kExists: that is all of it.
Status LeaveOutReported(const Store& store, CapturedIncident& incident) {
  if (!incident.may_be_reported || incident.id.from == incident.id.to) return {};
  const auto accounted = store.AccountedUpTo(*incident.container, incident.id.from);
  if (!accounted) return std::unexpected(accounted.error());
  const std::uint64_t from = accounted->value_or(incident.id.from);
  if (from >= incident.id.to)
    return MakeError(ErrorCode::kExists, store.dir(), "has a bundle of it");
  incident.id.from = from;
  incident.record.oom_kill_from = from;
  return {};
}

void TellPublished(const CapturedIncident& incident, const std::string& path) {
  const std::string name = EscapedForPeople(incident.container->DisplayName());
  Log(LogLevel::kWarning,
      fmt::format("{}: {}; headroom why {} ({})", name, WhatHappened(incident), name, path));
}

}  // namespace

bool PublishIncident(const PublishPlaces& places, CapturedIncident incident) {
  const Store store(places.paths.store_dir);
  const Status unreported = LeaveOutReported(store, incident);
  const Store::Draft draft = AssembleDraft(places.host, incident);
  const auto path = unreported ? store.Publish(draft) : std::unexpected(unreported.error());
  // Already there: an earlier run of ours got as far as that.
  if (!path && path.error().code != ErrorCode::kExists) {
    KeepVerdict(places, draft, incident, path.error());
    return false;
  }
  if (path) TellPublished(incident, *path);
  const Unwritten unwritten(places.paths.run_dir);
  if (const auto forgotten = unwritten.Forget(draft); !forgotten) {
    Log(LogLevel::kWarning, forgotten.error().Message());
  }
  return true;
}

void PublishInOrder(const PublishPlaces& places, const std::deque<CapturedIncident>& incidents,
                    const std::shared_future<bool>& before) {
  if (before.valid() && !before.get()) return;
  (void)std::ranges::all_of(incidents, [&](const CapturedIncident& incident) {
    return PublishIncident(places, incident);
  });
}

}  // namespace headroom
