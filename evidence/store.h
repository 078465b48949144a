#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "container/enrolment/enrolment.h"
#include "evidence/manifest.h"

namespace headroom {

/// What a bundle is about, as its directory name says.
enum class BundleKind { kOomKill, kGroupKill, kStall, kKilled, kDenied, kSnap };
[[nodiscard]] std::string_view BundleKindName(BundleKind kind);  // "oom-kill", "group-kill", ...
[[nodiscard]] std::optional<BundleKind> ParseBundleKind(std::string_view name);

/// Whether a bundle of that kind tells of something that happened. A snap was only asked for: it
/// answers no question of who was killed, and there may be any number of them.
[[nodiscard]] bool IsIncident(BundleKind kind);

/// Whether there may be several of it with the same range, which is empty: a container is looked at
/// or stalls any number of times between two kills.
[[nodiscard]] bool MayRepeat(BundleKind kind);

/// Whether its range is of kills that the kernel's OOM killer counted.
[[nodiscard]] bool CountsKills(BundleKind kind);

/// Which kills a bundle accounts for: a generation and a range of its oom_kill counter.
/// The range is (from, to]: `to - from` counted kills. For a denial it is 0, 0; for a snap
/// or a stall it is empty, and stands where the counter stood.
struct IncidentId {
  std::string generation;
  std::uint64_t from = 0;
  std::uint64_t to = 0;

  /// "<8 hex digits of a hash of generation>-<from>-<to>", as it stands in the directory name.
  [[nodiscard]] std::string DirectoryPart() const;
  bool operator==(const IncidentId&) const = default;
};

/// One section with its bytes, ready to be written.
struct Section {
  ManifestRow row;    ///< `bytes` and `sha256` are filled in by the writer
  std::string bytes;  ///< written to row.section; ignored for kUnavailable and kTooLate
};

/// One published bundle, as found in the store.
struct BundleEntry {
  std::string path;           ///< absolute
  std::string container_dir;  ///< "<engine>-<id>", percent-encoded
  std::string stamp;          ///< "20261121T031244Z"
  BundleKind kind = BundleKind::kOomKill;
  std::string incident;  ///< DirectoryPart()
};

/// Newest first; within one second the later count of kills.
void SortNewestFirst(std::vector<BundleEntry>& entries);

/// The bundle store: `<store>/<engine>-<id>/<UTC>-<kind>-<incident>/`, all root's, 0700.
/// A bundle appears whole or not at all: built under `<store>/incoming/`, every file and
/// directory fsynced, then renamed. What a crash leaves in incoming/ is removed by Sweep().
class Store {
 public:
  explicit Store(std::string dir) : dir_(std::move(dir)) {}

  [[nodiscard]] const std::string& dir() const { return dir_; }

  struct Draft {
    Enrolment container;
    BundleKind kind = BundleKind::kOomKill;
    IncidentId incident;
    WallTime at{};
    std::vector<Section> sections;                     ///< manifest.json is made from their rows
    std::optional<Redaction> redacted = std::nullopt;  ///< of a copy that is to be given away
  };
  /// Publishes one bundle and returns its path. kExists when that incident is already there;
  /// what may repeat never is: its name gets a later second where another one has it. Where
  /// summaries are kept (evidence/summaries.h), the bundle's is written beside; what fails there
  /// fails nothing.
  [[nodiscard]] Result<std::string> Publish(const Draft& draft) const;

  /// A container's folder of which nobody can say what is in it, or all that is.
  struct Unread {
    std::string container_dir;
    Error error;
  };
  struct Listing {
    std::vector<BundleEntry> bundles;  ///< newest first
    std::vector<Unread> unread;        ///< passed over; what lies there is not gone
  };
  /// Every bundle in folders that can be read. No store yet: empty. The error is of the store
  /// itself.
  [[nodiscard]] Result<Listing> Look() const;
  /// Its bundles, for whom it makes no odds that some may have been passed over.
  [[nodiscard]] Result<std::vector<BundleEntry>> List() const;
  /// Those of one container directory, newest first.
  [[nodiscard]] Result<std::vector<BundleEntry>> ListContainer(
      const std::string& container_dir) const;

  /// The oom_kill count up to which bundles account for every kill of that generation, without a
  /// gap from its baseline on, or from `noted`, up to which bundles did that may be gone meanwhile
  /// (GenerationNotes::ReadAccounted); nullopt: there is no bundle of it, and nothing was noted.
  [[nodiscard]] Result<std::optional<std::uint64_t>> AccountedUpTo(
      const Enrolment& container, std::optional<std::uint64_t> noted = std::nullopt) const;

  /// Removes one bundle, its summary, and what its pre_kill's command wrote (PreKillFiles): it
  /// vanishes in one rename and is deleted then, without following a link. kNotFound: it is gone
  /// already.
  [[nodiscard]] Status Remove(const BundleEntry& entry) const;

  /// Removes unfinished bundles of an earlier run, and what an interrupted Remove() left.
  [[nodiscard]] Status Sweep() const;

 private:
  std::string dir_;
};

/// "/store/runc-web cannot be opened (Input/output error), nor can 2 others": at least one.
[[nodiscard]] std::string UnreadText(const std::vector<Store::Unread>& unread);

}  // namespace headroom
