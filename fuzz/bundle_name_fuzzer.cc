#include "evidence/bundle_name.h"

#include <fmt/format.h>

#include "evidence/pre_kill_files.h"
#include "evidence/prune.h"
#include "fuzz/fuzz.h"

/// Names of folders in the store.
HEADROOM_FUZZ(text) {
  using namespace headroom;
  if (const auto part = ParseIncidentPart(text)) {
    Require(part->from <= part->to && part->hash.size() == 8);
    // No other text means the same incident.
    Require(fmt::format("{}-{}-{}", part->hash, part->from, part->to) == text);
  }
  if (const auto directory = ParsePreKillDirectoryName(text)) {
    Require(directory->container_dir.empty() && directory->name == text);
    Require(directory->hash.size() == 8);
    // Nothing is both, or a directory of a command's would be taken for a bundle.
    Require(!ParseBundleName(text).has_value());
    Require(fmt::format("pre-kill-{}-{}", directory->hash, directory->began.count()) == text);
  }
  const auto entry = ParseBundleName(text);
  if (!entry) return;
  Require(entry->path.empty() && entry->container_dir.empty());
  Require(ParseIncidentPart(entry->incident).has_value());
  Require(fmt::format("{}-{}-{}", entry->stamp, BundleKindName(entry->kind), entry->incident) ==
          text);
  if (const auto time = StampTime(entry->stamp)) Require(ToFileStamp(*time).size() == 16);
}
