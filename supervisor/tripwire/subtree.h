#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "container/enrolment/enrolment.h"
#include "supervisor/tripwire/wire.h"
#include "supervisor/watch/event_file.h"
#include "supervisor/watch/file_changes.h"
#include "supervisor/watch/usage_thresholds.h"

namespace headroom {

/// The container's cgroup and those that it made below it, each with the wire that its own limit
/// calls for. Follows cgroups that come and go and limits that are changed. Event thread only.
class Subtree {
 public:
  struct Owner {
    /// Every wake-up of the container's own memory.events.
    std::function<void(const EventReading&)> on_events;
    Wire::Owner wire;
    /// Why nothing may be written there whatever the enrolment says; empty: it says.
    std::string why_not_held;
  };
  /// `enrolment` is borrowed for longer than this lives.
  Subtree(WireServices& services, FileChanges& changes, const Enrolment& enrolment,
          std::shared_ptr<const CgroupDir> root, Owner owner);
  Subtree(const Subtree&) = delete;
  Subtree& operator=(const Subtree&) = delete;
  ~Subtree();

  /// Opens the watches; kGone when the cgroup was removed meanwhile.
  [[nodiscard]] Status Start();
  /// Looks for cgroups that came, went, or have another limit. Cheap when nothing changed.
  void Rescan();
  /// A slow sample is due, or wires may stand again.
  void Look();
  /// Takes every wire down (the guardian is lost).
  void Release();
  /// A level above had kills or met its own limit.
  void OnAncestor(const std::string& path, const EventReading& reading);

  [[nodiscard]] Result<EventReading> ReadRoot() const;
  [[nodiscard]] bool hot() const;
  [[nodiscard]] bool armed() const;
  /// When the first of the photographs that are under way was asked for; nullopt: none is.
  [[nodiscard]] std::optional<BootTime> photographing_since() const;
  /// Of the wire on the limit that the container meets first; see there.
  [[nodiscard]] std::optional<LetThrough> let_through() const;
  /// The limit that the container meets first, and whether it is its own.
  [[nodiscard]] Limit effective_limit() const { return effective_limit_; }
  /// Whether a slow look would change nothing while the usage is far below the limit: every wire
  /// stands, or never may; no cgroup lies below, whose usage is another, and no level above has a
  /// tighter limit; and nobody asked for steady back-pressure.
  [[nodiscard]] bool settled() const;
  /// Why no tripwire stands on the container's own limit; empty when one may.
  [[nodiscard]] const std::string& why_observed() const { return why_observed_; }
  /// Cgroups below the container's that are watched, largest path first.
  [[nodiscard]] std::vector<std::shared_ptr<const CgroupDir>> Descendants() const;

 private:
  struct Node {
    std::shared_ptr<const CgroupDir> cgroup;
    std::optional<EventFile> events;
    std::shared_ptr<Wire> wire;
    std::optional<UsageThresholds> thresholds;  ///< on v1
    std::vector<FileChanges::Watch> watches;
  };
  [[nodiscard]] Status AddNode(const std::string& path, std::shared_ptr<const CgroupDir> cgroup);
  void RescanSoon();
  void OnOtherRoots();
  void WatchFiles(const std::string& path, Node& node);
  void UpdateWire(const std::string& path, Node& node);
  void WatchUsage(Node& node);
  [[nodiscard]] std::string WhyNotHeld() const;
  [[nodiscard]] MayRegister MayRegisterOnV1() const;
  [[nodiscard]] std::optional<Wire::Place> PlaceFor(const std::string& path, Limit own,
                                                    const Node& node);
  [[nodiscard]] std::optional<Wire::Place> PlaceForRoot(Limit own, const Node& node);
  [[nodiscard]] std::optional<Throttle> ThrottleWanted() const;
  [[nodiscard]] bool AnyWire(bool (Wire::*property)() const) const;

  WireServices& services_;
  FileChanges& changes_;
  const Enrolment& enrolment_;
  std::shared_ptr<const CgroupDir> root_;
  Owner owner_;
  std::map<std::string, Node> nodes_;  ///< by path; the root's among them
  EventLoop::Source rescan_timer_;
  std::chrono::nanoseconds rescan_cost_{};  ///< of the last one
  std::string limiting_ancestor_;           ///< path; empty when the container's own limit counts
  Limit effective_limit_;
  std::string why_observed_;
  bool told_of_more_ = false;  ///< cgroups below than are watched
};

/// How long changes are gathered before they are looked at: nine times the processor time that the
/// last look took, so that a container that makes cgroups without end has a tenth of the event
/// thread at most, and none is looked at late because the machine is busy. At least 20 ms, at most
/// 5 min. Pure.
[[nodiscard]] std::chrono::nanoseconds RescanDelay(std::chrono::nanoseconds last_cost);

/// The cgroup's own limit; none where there is none, or it cannot be read. nullopt: the cgroup was
/// removed, which is not the same as having none.
[[nodiscard]] std::optional<Limit> ReadOwnLimit(const CgroupDir& cgroup);

}  // namespace headroom
