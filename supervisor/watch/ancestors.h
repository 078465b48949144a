#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/host_view.h"
#include "supervisor/loop/event_loop.h"
#include "supervisor/watch/event_file.h"

namespace headroom {

/// The cgroups above the containers, each open and watched once however many containers are below:
/// their hierarchical counters still show a kill after the container's own cgroup was removed.
/// One thread.
class Ancestors {
 public:
  Ancestors(EventLoop& loop, HostView host) : loop_(loop), host_(std::move(host)) {}

  /// One ancestor, shared by those who hold it; it is no longer watched when the last lets go.
  class Level {
   public:
    [[nodiscard]] const CgroupDir& cgroup() const { return cgroup_; }
    [[nodiscard]] Result<EventReading> Read() const { return events_->Read(); }

   private:
    friend class Ancestors;
    explicit Level(CgroupDir cgroup) : cgroup_(std::move(cgroup)) {}
    CgroupDir cgroup_;
    std::optional<EventFile> events_;
    std::map<std::uint64_t, std::function<void(const EventReading&)>> listeners_;
    std::optional<std::uint64_t> last_kills_;
    std::optional<std::uint64_t> last_limit_hits_;
  };

  /// A listener's registration at one level.
  class Membership {
   public:
    Membership() = default;
    Membership(std::shared_ptr<Level> level, std::uint64_t number)
        : level_(std::move(level)), number_(number) {}
    Membership(Membership&&) noexcept = default;
    Membership& operator=(Membership&&) noexcept = default;
    ~Membership();
    [[nodiscard]] const Level* level() const { return level_.get(); }

   private:
    std::shared_ptr<Level> level_;
    std::uint64_t number_ = 0;
  };

  /// What a level has counted, read once for all who listen.
  using OnChange = std::function<void(const EventReading&)>;

  /// Joins the level at `path` if it still is the directory with `inode`. `on_change` runs when its
  /// count of kills, or of times its own limit was met, grew. kGone when it is another directory.
  [[nodiscard]] Result<Membership> Join(const std::string& path, std::uint64_t inode,
                                        OnChange on_change);

  /// Levels that are remembered: those that somebody holds, and few others.
  [[nodiscard]] std::size_t remembered() const { return levels_.size(); }

 private:
  [[nodiscard]] Result<std::shared_ptr<Level>> Find(const std::string& path);

  EventLoop& loop_;
  HostView host_;
  std::map<std::string, std::weak_ptr<Level>> levels_;
  std::uint64_t next_number_ = 1;
};

}  // namespace headroom
