#include "supervisor/incident/evidence_size.h"

namespace headroom {
namespace {

/// The row, the string's own, and what malloc rounds up to.
constexpr Bytes kOfSection{512};
/// The parsed form beside the text.
constexpr std::uint64_t kParsedPerRaw = 2;

Bytes MemoryOfAll(const std::vector<Section>& sections) {
  Bytes bytes;
  for (const Section& section : sections) bytes = bytes + MemoryOf(section);
  return bytes;
}

}  // namespace

Bytes MemoryOf(const Section& section) { return kOfSection + Bytes{section.bytes.size()}; }

Bytes MemoryOf(const Photograph& photograph) { return MemoryOfAll(photograph.sections); }

Bytes MemoryOf(const CapturedIncident& incident) {
  Bytes bytes = MemoryOfAll(incident.live);
  if (incident.photograph) bytes = bytes + MemoryOf(*incident.photograph);
  if (incident.shm) bytes = bytes + MemoryOf(*incident.shm);
  if (incident.around) bytes = bytes + MemoryOfAll(*incident.around);
  if (incident.recording)
    bytes = bytes + Bytes{incident.recording->samples.size() * sizeof(Sample)};
  for (const OomEvent& event : incident.oom_events) {
    bytes = bytes + Bytes{event.raw.size() * kParsedPerRaw};
  }
  return bytes;
}

}  // namespace headroom
