#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace headroom {

/// An amount of memory. Unit: bytes.
struct Bytes {
  std::uint64_t value = 0;

  auto operator<=>(const Bytes&) const = default;
  friend constexpr Bytes operator+(Bytes left, Bytes right) {
    return Bytes{left.value + right.value};
  }
  /// Never wraps: a subtrahend that is larger gives zero (two counters are rarely read at once).
  friend constexpr Bytes operator-(Bytes left, Bytes right) {
    return Bytes{left.value > right.value ? left.value - right.value : 0};
  }
};

[[nodiscard]] constexpr Bytes Kibibytes(std::uint64_t count) { return Bytes{count << 10U}; }
[[nodiscard]] constexpr Bytes Mebibytes(std::uint64_t count) { return Bytes{count << 20U}; }

/// `part` as a share of `whole`, 0..1 (or above when it is larger); 0 for an empty whole.
[[nodiscard]] double Share(Bytes part, Bytes whole);

/// For people: "64 MiB", "1.5 GiB", "512 B"; three significant digits at most.
[[nodiscard]] std::string ToText(Bytes bytes);

/// A limit of a cgroup: a number of bytes, or none ("max").
///
/// "No limit" is a state of its own, not a large number. Ordered: unlimited is above every number.
class Limit {
 public:
  constexpr Limit() = default;  ///< unlimited
  constexpr explicit Limit(Bytes bytes) : limited_(true), bytes_(bytes) {}
  [[nodiscard]] static constexpr Limit Unlimited() { return Limit{}; }

  [[nodiscard]] constexpr bool unlimited() const { return !limited_; }
  /// Only meaningful when not unlimited().
  [[nodiscard]] constexpr Bytes bytes() const { return bytes_; }

  constexpr bool operator==(const Limit& other) const {
    return limited_ == other.limited_ && (!limited_ || bytes_ == other.bytes_);
  }
  constexpr std::strong_ordering operator<=>(const Limit& other) const {
    if (limited_ && other.limited_) return bytes_ <=> other.bytes_;
    return other.limited_ <=> limited_;
  }

 private:
  bool limited_ = false;
  Bytes bytes_;
};

/// For people: "64 MiB" or "no limit".
[[nodiscard]] std::string ToText(Limit limit);

/// As cgroupfs takes and gives it: "67108864" or "max".
[[nodiscard]] std::string ToCgroupText(Limit limit);

}  // namespace headroom
