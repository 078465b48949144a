#include "supervisor/watch/file_changes.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <utility>
#include <vector>

namespace headroom {

FileChanges::Watch& FileChanges::Watch::operator=(Watch&& other) noexcept {
  if (this != &other) {
    Cancel();
    owner_ = std::exchange(other.owner_, nullptr);
    number_ = other.number_;
  }
  return *this;
}

void FileChanges::Watch::Cancel() {
  if (owner_ != nullptr) std::exchange(owner_, nullptr)->Remove(number_);
}

Result<std::unique_ptr<FileChanges>> FileChanges::Create(EventLoop& loop) {
  UniqueFd inotify(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!inotify.valid()) {
    return SystemError("inotify", "cannot be used; raise fs.inotify.max_user_instances");
  }
  std::unique_ptr<FileChanges> changes(new FileChanges(std::move(inotify)));
  auto source = loop.OnReady(changes->inotify_.get(), EPOLLIN,
                             [raw = changes.get()](std::uint32_t /*ready*/) { raw->Drain(); });
  if (!source) return std::unexpected(source.error());
  changes->source_ = std::move(*source);
  return changes;
}

Result<FileChanges::Watch> FileChanges::Add(const std::string& path, std::uint32_t mask,
                                            OnChange on_change) {
  const int descriptor = inotify_add_watch(inotify_.get(), path.c_str(), mask | IN_MASK_ADD);
  if (descriptor < 0) {
    return SystemError(path,
                       "cannot be watched; if this says 'no space', raise "
                       "fs.inotify.max_user_watches");
  }
  const int number = next_number_++;
  by_descriptor_[descriptor].insert(number);
  listeners_.emplace(
      number, Listener{.descriptor = descriptor, .mask = mask, .on_change = std::move(on_change)});
  return Watch(this, number);
}

void FileChanges::Remove(int number) {
  const auto found = listeners_.find(number);
  if (found == listeners_.end()) return;
  const int descriptor = found->second.descriptor;
  listeners_.erase(found);
  const auto sharing = by_descriptor_.find(descriptor);
  sharing->second.erase(number);
  if (!sharing->second.empty()) return;
  by_descriptor_.erase(sharing);
  (void)inotify_rm_watch(inotify_.get(), descriptor);
}

/// A container may write to a file that is watched as often as it likes; a thousand others are
/// watched as well.
std::vector<int> FileChanges::Concerned(int descriptor, std::uint32_t mask) const {
  std::vector<int> numbers;
  if ((mask & IN_Q_OVERFLOW) != 0) {
    for (const auto& [number, listener] : listeners_) numbers.push_back(number);
    return numbers;
  }
  const auto found = by_descriptor_.find(descriptor);
  if (found == by_descriptor_.end()) return numbers;
  for (const int number : found->second) {
    if ((listeners_.at(number).mask & mask) != 0) numbers.push_back(number);
  }
  return numbers;
}

void FileChanges::Tell(int descriptor, std::uint32_t mask, const std::string& entry) {
  // A listener may end itself or others while it is told.
  for (const int number : Concerned(descriptor, mask)) {
    const auto found = listeners_.find(number);
    if (found == listeners_.end()) continue;
    const OnChange on_change = found->second.on_change;
    on_change(mask, entry);
  }
}

void FileChanges::Drain() {
  alignas(inotify_event) std::array<char, 8192> buffer{};
  // One buffer a wake-up: a container that writes to its own cgroups without pause must not keep
  // the event thread from everybody else.
  const ssize_t got = read(inotify_.get(), buffer.data(), buffer.size());
  for (std::size_t at = 0; got > 0 && at < static_cast<std::size_t>(got);) {
    inotify_event event{};
    std::memcpy(&event, buffer.data() + at, sizeof event);
    const char* name = buffer.data() + at + sizeof event;
    const std::string entry(name, strnlen(name, event.len));
    Tell(event.wd, event.mask, entry);
    at += sizeof event + event.len;
  }
}

}  // namespace headroom
