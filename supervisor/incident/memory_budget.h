#pragma once

#include <optional>
#include <utility>

#include "base/bytes.h"

namespace headroom {

/// What all containers together may take of headroomd's own memory for one purpose: it is locked,
/// so that nothing of it can be reclaimed. Counts only; who holds a share holds the memory. One
/// thread. Outlives its shares.
class MemoryBudget {
 public:
  explicit MemoryBudget(Bytes most) : most_(most) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// So much of the budget, for as long as it lives.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(other.bytes_) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share() {
      if (budget_ != nullptr) budget_->used_ = budget_->used_ - bytes_;
    }

   private:
    friend class MemoryBudget;
    Share(MemoryBudget& budget, Bytes bytes) : budget_(&budget), bytes_(bytes) {
      budget.used_ = budget.used_ + bytes;
    }
    MemoryBudget* budget_ = nullptr;
    Bytes bytes_;
  };

  /// nullopt: there is no room for it.
  [[nodiscard]] std::optional<Share> Take(Bytes bytes) {
    if (used_ + bytes > most_) return std::nullopt;
    return Share(*this, bytes);
  }
  /// Beyond the budget where need be: for what cannot be given up.
  [[nodiscard]] Share TakeAnyway(Bytes bytes) { return Share(*this, bytes); }

  [[nodiscard]] Bytes used() const { return used_; }
  [[nodiscard]] Bytes most() const { return most_; }

 private:
  Bytes most_;
  Bytes used_;
};

}  // namespace headroom
