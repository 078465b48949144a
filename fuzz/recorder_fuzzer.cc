#include "evidence/recorder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file.h"
#include "fuzz/fuzz.h"

namespace {

constexpr std::size_t kMostSamples = 127;

/// A ring with a few samples, as a supervisor leaves it; made once, in a directory of its own.
std::string MakeRing() {
  std::string path = "/tmp/headroom-fuzz-XXXXXX";
  headroom::Require(mkdtemp(path.data()) != nullptr);
  const std::string file = path + "/recorder";
  {
    auto recorder = headroom::Recorder::Open(file).value();
    for (int i = 1; i <= 5; ++i) {
      recorder.Add({.at = headroom::BootTime(i), .current = headroom::Bytes{4096}});
    }
  }
  std::string bytes = headroom::ReadFileAt(AT_FDCWD, file, headroom::Recorder::kFileBytes).value();
  (void)unlink(file.c_str());
  (void)rmdir(path.c_str());
  return bytes;
}

void Check(const headroom::Recording& recording) {
  headroom::Require(recording.samples.size() + recording.skipped <= kMostSamples);
}

}  // namespace

HEADROOM_FUZZ(text) {
  using namespace headroom;
  if (const auto recording = ParseRecording(text)) Check(*recording);
  // The same bytes written over a good ring: the first two say where.
  static const std::string good = MakeRing();
  if (text.size() < 3) return;
  const std::size_t at = (std::size_t{static_cast<unsigned char>(text[0])} << 8U |
                          static_cast<unsigned char>(text[1])) %
                         good.size();
  std::string torn = good;
  const std::string_view over = text.substr(2, good.size() - at);
  torn.replace(at, over.size(), over);
  if (const auto recording = ParseRecording(torn)) Check(*recording);
}
