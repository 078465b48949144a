#pragma once

#include <list>
#include <memory>

#include "capture/photograph.h"
#include "supervisor/incident/memory_budget.h"

namespace headroom {

/// The latest photograph of each watched container. A container may live for months after one was
/// taken, and all of them are in memory that is never reclaimed: beyond the budget the oldest make
/// room. One thread. Outlives its places.
class PhotographShelf {
 public:
  /// A photograph of an ordinary container has 50 to 500 KiB, one of large maps 32 MiB at most.
  static constexpr Bytes kMost = Mebibytes(128);

  explicit PhotographShelf(Bytes most = kMost) : budget_(most) {}

  /// Of one container.
  class Place {
   public:
    explicit Place(PhotographShelf& shelf);
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place();

    /// Takes the place of the one before, and of others' as far as there is no room.
    void Put(std::shared_ptr<const Photograph> photograph);
    /// nullptr: none was put here, or it made room.
    [[nodiscard]] const std::shared_ptr<const Photograph>& get() const { return photograph_; }
    /// There was one, which made room for another container's.
    [[nodiscard]] bool made_room() const { return made_room_; }

   private:
    friend class PhotographShelf;
    void Clear();

    PhotographShelf& shelf_;
    std::shared_ptr<const Photograph> photograph_;
    MemoryBudget::Share share_;
    bool made_room_ = false;
    std::list<Place*>::iterator at_;
  };

  [[nodiscard]] Bytes used() const { return budget_.used(); }

 private:
  [[nodiscard]] bool MakeRoom(const Place& for_whom);

  MemoryBudget budget_;
  std::list<Place*> places_;
};

}  // namespace headroom
