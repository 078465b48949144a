#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace headroom {

/// One look at a container. Absent figures (not sampled this time, or not offered by this kernel)
/// are nullopt and stay so through the file.
struct Sample {
  BootTime at{};
  WallTime wall{};
  std::optional<Bytes> current;
  std::optional<Bytes> swap;
  std::optional<Bytes> anon;
  std::optional<Bytes> file;
  std::optional<Bytes> shmem;
  std::optional<Bytes> kernel;
  std::optional<std::uint64_t> oom_kill;  ///< cumulative
  std::optional<std::uint64_t> high;      ///< cumulative, local
  std::optional<std::uint64_t> max;       ///< cumulative, local
  std::optional<std::uint64_t> some_us;   ///< PSI memory some, total
  std::optional<std::uint64_t> full_us;
  /// Pages of files that were read again soon after reclaim had dropped them, cumulative
  /// (workingset_refault_file of memory.stat, Linux 5.9 and later).
  std::optional<std::uint64_t> refaults;
  bool armed = false;  ///< a tripwire of ours stood at that moment
};

/// The live recorder: a memory-mapped ring of fixed-size samples, at most 16 KiB, each with its
/// sequence number and checksum. Written by the supervisor's event thread alone; survives its
/// crash; readable by anyone who may open the file, at any time, without asking.
class Recorder {
 public:
  static constexpr std::size_t kFileBytes = 16384;

  /// Opens or makes `path` (mode 0600). Space is allocated before mapping, so that a full file
  /// system is an error here and never a SIGBUS later. An existing valid ring is continued; one
  /// that is not ours is replaced.
  [[nodiscard]] static Result<Recorder> Open(const std::string& path);
  Recorder(Recorder&&) noexcept;
  Recorder& operator=(Recorder&&) noexcept;
  ~Recorder();

  void Add(const Sample& sample);

 private:
  Recorder() = default;
  void* map_ = nullptr;
  std::uint64_t next_sequence_ = 0;
};

/// Valid samples, oldest first. Torn or foreign ones are skipped and counted.
struct Recording {
  std::vector<Sample> samples;
  std::uint64_t skipped = 0;
};
[[nodiscard]] Result<Recording> ReadRecording(const std::string& path);
/// Pure form of the same: `bytes` is the whole file. kMalformed when it is no ring at all.
[[nodiscard]] Result<Recording> ParseRecording(std::string_view bytes);

}  // namespace headroom
