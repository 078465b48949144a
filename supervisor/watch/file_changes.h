#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "supervisor/loop/event_loop.h"

namespace headroom {

/// Changes of files and directories by name, through one inotify instance for all. For what poll
/// does not tell: a limit that somebody wrote, a cgroup that was made or removed below another.
/// One thread.
class FileChanges {
 public:
  /// What happened: the inotify mask, and the entry's name for a watched directory.
  using OnChange = std::function<void(std::uint32_t mask, const std::string& entry)>;

  [[nodiscard]] static Result<std::unique_ptr<FileChanges>> Create(EventLoop& loop);

  /// One watch; ends with this object.
  class Watch {
   public:
    Watch() = default;
    Watch(FileChanges* owner, int number) : owner_(owner), number_(number) {}
    Watch(Watch&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)), number_(other.number_) {}
    Watch& operator=(Watch&& other) noexcept;
    ~Watch() { Cancel(); }
    void Cancel();

   private:
    FileChanges* owner_ = nullptr;
    int number_ = 0;
  };

  /// `on_overflow` of every watch is its OnChange with mask IN_Q_OVERFLOW: look at everything.
  /// Two watches on the same file share one kernel watch and both hear of it.
  [[nodiscard]] Result<Watch> Add(const std::string& path, std::uint32_t mask, OnChange on_change);

 private:
  struct Listener {
    int descriptor = 0;  ///< the kernel's number for the watched inode
    std::uint32_t mask = 0;
    OnChange on_change;
  };
  explicit FileChanges(UniqueFd inotify) : inotify_(std::move(inotify)) {}
  void Drain();
  void Tell(int descriptor, std::uint32_t mask, const std::string& entry);
  void Remove(int number);
  [[nodiscard]] std::vector<int> Concerned(int descriptor, std::uint32_t mask) const;

  UniqueFd inotify_;
  EventLoop::Source source_;
  std::map<int, Listener> listeners_;           ///< by our own number
  std::map<int, std::set<int>> by_descriptor_;  ///< our numbers, by the kernel's
  int next_number_ = 1;
};

}  // namespace headroom
