#include "capture/timeline_section.h"

#include "capture/section.h"
#include "evidence/recorder.h"
#include "evidence/timeline.h"

namespace headroom {

Section ReadTimelineSection(const std::string& recorder_path) {
  return MakeSection("timeline.json", [&]() -> Result<std::string> {
    const auto recording = ReadRecording(recorder_path);
    if (!recording) return std::unexpected(recording.error());
    return SerializeTimeline(*recording);
  });
}

}  // namespace headroom
