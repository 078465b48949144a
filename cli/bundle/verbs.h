#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "cli/environment.h"

namespace headroom {

/// How the verbs of `headroom bundle` end, besides what CliStatus says: kDone also means that
/// nothing differs, kIncomplete (1) that something does, or that what was asked for was not made.

/// `headroom bundle pack BUNDLE`: one file of it, to be sent.
struct BundlePackOptions {
  std::string subject;
  std::string out;  ///< a file, or "-"; empty: the bundle's name and .tar.gz, here
  bool json = false;
};
[[nodiscard]] int BundlePack(const Environment& environment, const BundlePackOptions& options);

/// `headroom bundle unpack PACK`: a directory of it again.
struct BundleUnpackOptions {
  std::string subject;
  std::string out;  ///< the directory that is made; empty: the pack's name without .tar.gz, here
};
[[nodiscard]] int BundleUnpack(const Environment& environment, const BundleUnpackOptions& options);

/// `headroom bundle verify BUNDLE`: whether it is as it was published.
struct BundleVerifyOptions {
  std::string subject;
  std::string digest;  ///< what `pack` said, of manifest.json or of the pack; empty: not compared
  bool json = false;
};
[[nodiscard]] int BundleVerify(const Environment& environment, const BundleVerifyOptions& options);

/// `headroom bundle replay BUNDLE`: explained by today's rules, against the verdict in it.
struct BundleReplayOptions {
  std::string subject;
  bool json = false;
};
[[nodiscard]] int BundleReplay(const Environment& environment, const BundleReplayOptions& options);

/// `headroom bundle redact BUNDLE -o OUT`: a copy without what may be private, which is explained
/// as the same cause. Nothing is written where it would not be.
struct BundleRedactOptions {
  std::string subject;
  std::string out;              ///< a new directory, a pack, or "-"
  std::string level = "names";  ///< "files" or "names"
  bool json = false;
};
[[nodiscard]] int BundleRedact(const Environment& environment, const BundleRedactOptions& options);

/// `headroom bundle prune`: removes old ones. At least one bound has to be given.
struct BundlePruneOptions {
  std::optional<std::chrono::seconds> older_than;
  std::optional<std::uint64_t> keep;       ///< so many in all
  std::optional<std::uint64_t> keep_each;  ///< so many a container
  std::optional<Bytes> max_bytes;
  std::string container;  ///< only bundles of this one; empty: of all
  bool dry_run = false;
  bool json = false;
  std::string store;
};
[[nodiscard]] int BundlePrune(const Environment& environment, const BundlePruneOptions& options);

}  // namespace headroom
