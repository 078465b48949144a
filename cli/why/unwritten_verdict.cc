#include "cli/why/unwritten_verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/why/answer.h"
#include "evidence/bundle_order.h"
#include "evidence/summaries.h"
#include "evidence/unwritten.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

/// Whether it is the newest that is known. One whose bundle is there was only not forgotten yet.
bool IsNews(const BundleEntry& record, const std::vector<BundleEntry>& bundles) {
  const bool written = std::ranges::any_of(bundles, [&](const BundleEntry& bundle) {
    return bundle.container_dir == record.container_dir && bundle.incident == record.incident;
  });
  return !written && (bundles.empty() || !IsNewer(bundles.front(), record));
}

bool IsOfAny(const std::vector<const KnownContainer*>& containers, const BundleEntry& record) {
  return std::ranges::any_of(containers, [&](const KnownContainer* container) {
    // Its enrolment stays until its bundles are written.
    return container->live && StoreContainerDir(*container->live) == record.container_dir;
  });
}

}  // namespace

std::optional<int> TellUnwritten(const Environment& environment, const WhyOptions& options,
                                 const std::vector<const KnownContainer*>& containers,
                                 const std::vector<BundleEntry>& bundles) {
  if (!options.store.empty()) return std::nullopt;
  const auto kept = Unwritten(environment.paths.run_dir).List();
  if (!kept) return std::nullopt;  // another user's
  const auto newest = std::ranges::find_if(*kept, [&](const BundleEntry& record) {
    return containers.empty() || IsOfAny(containers, record);
  });
  if (newest == kept->end() || !IsNews(*newest, bundles)) return std::nullopt;
  const auto text = Summaries::Read(*newest);
  if (!text) return std::nullopt;  // written at this moment
  auto verdict = ParseVerdict(*text, newest->path);
  if (!verdict) return FailToRead(environment, verdict.error());
  verdict->bundle = EscapedForPeople(newest->path);
  return TellUneventful(
      environment, options, *verdict,
      fmt::format(
          "Its bundle is not in {} yet, which could not be written to; headroomd tries "
          "again every 30 s while it runs.\nThis is the summary; the files that it names come "
          "with the bundle, unless headroomd is restarted before.",
          EscapedForPeople(environment.paths.store_dir)),
      CliStatus::kDone);
}

std::optional<int> TellUnwrittenOfEnrolled(const Environment& environment,
                                           const WhyOptions& options) {
  if (options.subject.empty()) return TellUnwritten(environment, options, {}, {});
  std::vector<KnownContainer> enrolled;
  const RegistryDir registry(environment.paths.run_dir);
  if (!AddLiveContainers(registry, enrolled)) return std::nullopt;
  const Resolution meant = Resolve(enrolled, options.subject);
  if (meant.ambiguous || meant.found.empty()) return std::nullopt;
  return TellUnwritten(environment, options, meant.found, {});
}

}  // namespace headroom
