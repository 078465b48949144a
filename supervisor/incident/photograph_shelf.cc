#include "supervisor/incident/photograph_shelf.h"

#include <utility>

#include "supervisor/incident/evidence_size.h"

namespace headroom {

PhotographShelf::Place::Place(PhotographShelf& shelf)
    : shelf_(shelf), at_(shelf.places_.insert(shelf.places_.end(), this)) {}

PhotographShelf::Place::~Place() { shelf_.places_.erase(at_); }

void PhotographShelf::Place::Clear() {
  photograph_.reset();
  share_ = {};
}

void PhotographShelf::Place::Put(std::shared_ptr<const Photograph> photograph) {
  Clear();
  made_room_ = false;
  const Bytes bytes = MemoryOf(*photograph);
  auto share = shelf_.budget_.Take(bytes);
  while (!share && shelf_.MakeRoom(*this)) share = shelf_.budget_.Take(bytes);
  share_ = share ? std::move(*share) : shelf_.budget_.TakeAnyway(bytes);
  photograph_ = std::move(photograph);
}

/// False: nobody else has one.
bool PhotographShelf::MakeRoom(const Place& for_whom) {
  Place* oldest = nullptr;
  for (Place* place : places_) {
    if (place == &for_whom || !place->photograph_) continue;
    const bool older =
        oldest == nullptr || place->photograph_->taken_boot < oldest->photograph_->taken_boot;
    if (older) oldest = place;
  }
  if (oldest == nullptr) return false;
  oldest->Clear();
  oldest->made_room_ = true;
  return true;
}

}  // namespace headroom
