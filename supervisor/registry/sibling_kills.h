#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "supervisor/registry/level_notes.h"

namespace headroom {

/// Kills that a cgroup above several containers has counted and that nobody can tell whose they
/// were: rmdir takes a container's own counters and its pending notification with it, and the
/// kernel's log may not be there, or have left the line with the cgroup's name out. What a level
/// counted, less what those below it are known to have, is of one of those that are gone, or of a
/// cgroup below that level that is not enrolled.
///
/// A level counts from where the supervisor before this one had come to (LevelNotes), else from the
/// enrolment of the first of those that were found at the start. A difference at a time when nobody
/// below is gone is of a cgroup that is not enrolled, and forgotten (Balance). In doubt it claims
/// too little: a kill that was seen by a supervisor that died before it was told counts twice.
/// Pure but for the notes; one thread.
class SiblingKills {
 public:
  static constexpr std::chrono::seconds kLongest{30};
  /// The kernel counts a kill from the container upwards and tells of it at each step
  /// (memcg_memory_event): a level may be read before it has what a container below it has.
  static constexpr std::chrono::seconds kOnItsWayUp{1};

  /// A cgroup above a container.
  struct LevelAbove {
    std::string path;                       ///< below the cgroup mount
    std::uint64_t inode = 0;                ///< 0: not known
    std::optional<std::uint64_t> enrolled;  ///< what it had counted when the container was enrolled
  };

  /// A container by the key of its generation, with its cgroup and the levels above it that are
  /// watched, the nearest first.
  struct Member {
    std::string generation;
    std::string container;  ///< its key, which a bundle lists
    std::string cgroup;
    std::vector<LevelAbove> levels;
    BootTime enrolled{};
    std::uint64_t accounted = 0;  ///< kills since it was enrolled that bundles account for
  };

  /// What nobody could tell, of one level.
  struct Unclaimed {
    std::string level;
    std::uint64_t kills = 0;
    std::vector<std::string> candidates;  ///< keys of containers, sorted, each once
  };

  /// Kills that the kernel's log says were in cgroups below a level, since a time, that are none of
  /// those.
  using LoggedElsewhere = std::function<std::uint64_t(const std::string& level, BootTime since,
                                                      const std::set<std::string>& members)>;

  /// `notes` outlives this; nullptr: nothing is noted.
  explicit SiblingKills(const LevelNotes* notes = nullptr) : notes_(notes) {}

  /// One that has joined already is what it is told to be now. Who has not joined, or has left, is
  /// passed over by all that follows.
  void Join(Member member);
  void Leave(const std::string& generation);

  /// All that were enrolled when the supervisor started have joined, and have told what they have
  /// counted. Until then nothing is anybody's. Once; what joins later joins a running account.
  void Settle(BootTime now);
  /// nullopt: not yet.
  [[nodiscard]] std::optional<BootTime> settled_at() const { return settled_at_; }

  /// The hierarchical oom_kill counter of a level as it was read just now; one below an earlier one
  /// (it cannot be this cgroup's) is ignored.
  void Seen(const std::string& level, std::uint64_t count, BootTime now);
  /// It was removed: what it counted in the end is not known, and the one above has to tell.
  void OnLevelGone(const std::string& level);

  [[nodiscard]] bool HasSeen(const std::string& level) const;
  /// What it was last seen to have counted; 0: nothing, or it was not seen.
  [[nodiscard]] std::uint64_t SeenAt(const std::string& level) const;
  /// Whether it has counted kills that none of its members has.
  [[nodiscard]] bool HasMore(const std::string& level) const;
  /// When any level was last seen to have counted more than before.
  [[nodiscard]] BootTime risen_at() const { return risen_at_; }

  /// A member has counted so many, or the kernel's log has told that they are its.
  void Attribute(const std::string& generation, std::uint64_t kills, BootTime now);

  /// Its cgroup is gone, and its counter was not read after its last process. A candidate until it
  /// leaves, or for kLongest: while the store takes nothing it stays enrolled, and whatever is
  /// killed beside it in hours is not its.
  void OnGone(const std::string& generation, BootTime now);

  /// All members have looked at their own counters after the level was seen to have counted `seen`
  /// (SeenAt()). What none of them has is then of a cgroup that is not enrolled, unless one is
  /// gone.
  void Balance(const std::string& level, std::uint64_t seen, BootTime now);

  /// What may be this one's, which is gone: by the nearest level that is there, as a kill in it is
  /// counted by all of them. Never more than that has counted since it was enrolled. nullopt: none.
  [[nodiscard]] std::optional<Unclaimed> Find(const std::string& generation,
                                              const LoggedElsewhere& logged_elsewhere) const;

 private:
  /// A member as one level sees it.
  struct Below {
    std::optional<std::uint64_t> enrolled;  ///< LevelAbove
    std::uint64_t counted = 0;              ///< by itself, since it was enrolled
  };
  struct Level {
    std::uint64_t inode = 0;
    bool seen_once = false;
    bool has_base = false;
    bool gone = false;
    std::uint64_t base = 0;
    std::uint64_t seen = 0;
    std::uint64_t attributed = 0;
    BootTime since{};  ///< when it counted `base`
    BootTime seen_at{};
    BootTime attributed_at{};              ///< the last time since all were settled
    std::map<std::string, Below> members;  ///< by generation
    std::optional<std::uint64_t> noted;

    [[nodiscard]] std::uint64_t counted() const { return seen - base; }
    /// What was read at `at` has all that was attributed: what is more was counted twice.
    void TakeBackMore(BootTime at);
  };
  void JoinLevel(const LevelAbove& above, const std::string& generation);
  void SetBase(Level& level, BootTime now) const;
  void Note(Level& level, BootTime now) const;
  /// How many that nobody has told it can have had, by that level.
  [[nodiscard]] static std::uint64_t Left(const Level& level, const std::string& generation);
  /// By the levels that are there, from its nearest up to that one.
  [[nodiscard]] bool MayHaveHad(const Member& member, const std::string& level) const;
  [[nodiscard]] bool AnyGone(const Level& level) const;
  [[nodiscard]] bool IsInsideAnother(const Member& member, const Level& level) const;
  [[nodiscard]] std::set<std::string> CgroupsOf(const Level& level) const;
  [[nodiscard]] std::vector<std::string> CandidatesAt(const std::string& path) const;

  const LevelNotes* notes_;
  std::optional<BootTime> settled_at_;
  BootTime risen_at_{};
  std::map<std::string, Level> levels_;  ///< by path
  std::map<std::string, Member> members_;
  std::map<std::string, BootTime> gone_;  ///< generations, since when
};

}  // namespace headroom
