#include "supervisor/registry/closed_notes.h"

#include <algorithm>

namespace headroom {

std::uint64_t LogReadAt(const ClosedNotes& notes, std::uint64_t accounted) {
  const auto found = std::ranges::find(notes, accounted, &GenerationNotes::Closed::up_to);
  return found == notes.end() ? 0 : found->log_sequence;
}

void AddNote(ClosedNotes& notes, GenerationNotes::Closed note) {
  constexpr std::size_t kMost = 16;
  note.log_sequence = std::max(note.log_sequence, LogReadAt(notes, note.up_to));
  std::erase_if(notes, [&](const auto& other) { return other.up_to == note.up_to; });
  notes.push_back(note);
  if (notes.size() > kMost) notes.erase(notes.begin());
}

}  // namespace headroom
