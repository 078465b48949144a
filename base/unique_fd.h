#pragma once

#include <utility>

namespace headroom {

/// Sole owner of one file descriptor. Nothing else in Headroom holds one open.
///
/// Movable, not copyable; a moved-from object holds none. Any thread, not shared between threads.
class UniqueFd {
 public:
  static constexpr int kNone = -1;

  UniqueFd() noexcept = default;
  explicit UniqueFd(int fd) noexcept : fd_(fd) {}
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, kNone)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    Reset(std::exchange(other.fd_, kNone));  // safe for self-move: the exchange came first
    return *this;
  }
  ~UniqueFd() { Reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool valid() const noexcept { return fd_ >= 0; }

  /// Gives the descriptor away; the caller closes it.
  [[nodiscard]] int Release() noexcept { return std::exchange(fd_, kNone); }

  /// Closes what is held and takes `fd` instead. errno is left as it was, so that a
  /// destructor on an error path does not hide the reason.
  void Reset(int fd = kNone) noexcept;

 private:
  int fd_ = kNone;
};

}  // namespace headroom
