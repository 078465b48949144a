#include "evidence/recorder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <map>
#include <type_traits>
#include <utility>

#include "base/file.h"
#include "base/text.h"

namespace headroom {
namespace {

/// The file is read on the machine that wrote it, so both records are in native byte order; the
/// header's magic read as a number would tell a foreign one apart.
struct FileHeader {
  std::uint64_t magic = 0x31676e6972647268;  // "hrdring1" on a little-endian machine
  std::uint32_t version = 1;
  std::uint32_t sample_bytes = 0;
  std::uint32_t sample_count = 0;
  std::uint32_t crc = 0;  ///< of what stands before it
  std::array<std::uint64_t, 13> reserved{};
};

/// Positions of the optional figures in StoredSample::figures and their bits in `present`. The last
/// one stands where earlier versions had a reserved zero and never set its bit: their rings are
/// read as they are, and they read ours without it.
enum Figure : unsigned {
  kCurrent,
  kSwap,
  kAnon,
  kFile,
  kShmem,
  kKernel,
  kOomKill,
  kHigh,
  kMax,
  kSomeUs,
  kFullUs,
  kRefaults,
  kFigureCount
};
constexpr std::uint32_t kArmedBit = 1U << 31U;

struct StoredSample {
  std::uint64_t sequence = 0;  ///< from 1; 0 is a slot that was never written
  std::int64_t boot_ns = 0;
  std::int64_t wall_ns = 0;
  std::array<std::uint64_t, kFigureCount> figures{};
  std::uint32_t present = 0;  ///< bit N: figures[N] was sampled; bit 31: armed
  std::uint32_t crc = 0;      ///< of what stands before it
};

static_assert(sizeof(FileHeader) == 128 && std::is_trivially_copyable_v<FileHeader>);
static_assert(sizeof(StoredSample) == 128 && std::is_trivially_copyable_v<StoredSample>);
constexpr std::size_t kSampleCount =
    (Recorder::kFileBytes - sizeof(FileHeader)) / sizeof(StoredSample);

std::string_view BytesOf(const void* from, std::size_t size) {
  return {static_cast<const char*>(from), size};
}

FileHeader MakeHeader() {
  FileHeader header;
  header.sample_bytes = sizeof(StoredSample);
  header.sample_count = kSampleCount;
  header.crc = Crc32(BytesOf(&header, offsetof(FileHeader, crc)));
  return header;
}

bool HasOurHeader(std::string_view bytes) {
  const FileHeader ours = MakeHeader();
  return bytes.size() == Recorder::kFileBytes && std::memcmp(bytes.data(), &ours, sizeof ours) == 0;
}

void Put(StoredSample& stored, Figure figure, std::optional<std::uint64_t> value) {
  if (!value) return;
  stored.figures.at(figure) = *value;
  stored.present |= 1U << figure;
}
void Put(StoredSample& stored, Figure figure, std::optional<Bytes> value) {
  if (value) Put(stored, figure, value->value);
}

std::optional<std::uint64_t> Count(const StoredSample& stored, Figure figure) {
  if ((stored.present & (1U << figure)) == 0) return std::nullopt;
  return stored.figures.at(figure);
}
std::optional<Bytes> Amount(const StoredSample& stored, Figure figure) {
  const auto value = Count(stored, figure);
  return value ? std::optional(Bytes{*value}) : std::nullopt;
}

StoredSample ToStored(const Sample& sample, std::uint64_t sequence) {
  StoredSample stored;
  stored.sequence = sequence;
  stored.boot_ns = sample.at.count();
  stored.wall_ns = sample.wall.count();
  Put(stored, kCurrent, sample.current);
  Put(stored, kSwap, sample.swap);
  Put(stored, kAnon, sample.anon);
  Put(stored, kFile, sample.file);
  Put(stored, kShmem, sample.shmem);
  Put(stored, kKernel, sample.kernel);
  Put(stored, kOomKill, sample.oom_kill);
  Put(stored, kHigh, sample.high);
  Put(stored, kMax, sample.max);
  Put(stored, kSomeUs, sample.some_us);
  Put(stored, kFullUs, sample.full_us);
  Put(stored, kRefaults, sample.refaults);
  if (sample.armed) stored.present |= kArmedBit;
  stored.crc = Crc32(BytesOf(&stored, offsetof(StoredSample, crc)));
  return stored;
}

Sample FromStored(const StoredSample& stored) {
  return Sample{.at = BootTime(stored.boot_ns),
                .wall = WallTime(stored.wall_ns),
                .current = Amount(stored, kCurrent),
                .swap = Amount(stored, kSwap),
                .anon = Amount(stored, kAnon),
                .file = Amount(stored, kFile),
                .shmem = Amount(stored, kShmem),
                .kernel = Amount(stored, kKernel),
                .oom_kill = Count(stored, kOomKill),
                .high = Count(stored, kHigh),
                .max = Count(stored, kMax),
                .some_us = Count(stored, kSomeUs),
                .full_us = Count(stored, kFullUs),
                .refaults = Count(stored, kRefaults),
                .armed = (stored.present & kArmedBit) != 0};
}

/// The slots of a ring by sequence number.
struct Slots {
  std::map<std::uint64_t, StoredSample> valid;
  std::uint64_t skipped = 0;
};

bool IsValid(const StoredSample& stored, std::size_t slot) {
  return stored.sequence != 0 && (stored.sequence - 1) % kSampleCount == slot &&
         stored.crc == Crc32(BytesOf(&stored, offsetof(StoredSample, crc)));
}

Slots ReadSlots(std::string_view bytes) {
  Slots slots;
  const StoredSample never_written;
  for (std::size_t slot = 0; slot < kSampleCount; ++slot) {
    StoredSample stored;
    std::memcpy(&stored, bytes.data() + sizeof(FileHeader) + slot * sizeof stored, sizeof stored);
    if (std::memcmp(&stored, &never_written, sizeof stored) == 0) continue;
    if (IsValid(stored, slot)) {
      slots.valid.emplace(stored.sequence, stored);
    } else {
      ++slots.skipped;
    }
  }
  // A slot older than one turn of the ring is left over from a write that was torn.
  while (slots.valid.size() > 1 &&
         slots.valid.begin()->first + kSampleCount <= slots.valid.rbegin()->first) {
    slots.valid.erase(slots.valid.begin());
    ++slots.skipped;
  }
  return slots;
}

Status Reserve(int fd, const std::string& path) {
  const int error = posix_fallocate(fd, 0, static_cast<off_t>(Recorder::kFileBytes));
  if (error == 0) return {};
  return SystemError(path, fmt::format("has no room for {} bytes", Recorder::kFileBytes), error);
}

/// A fresh ring under another name, put in place by rename: whoever has the old file mapped or
/// open keeps what it had.
Result<UniqueFd> MakeRing(const std::string& path) {
  const std::string fresh = path + ".new";
  (void)unlink(fresh.c_str());
  auto fd = OpenAt(AT_FDCWD, fresh, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (!fd) return fd;
  const FileHeader header = MakeHeader();
  auto made = Reserve(fd->get(), fresh);
  if (made) made = WriteAll(fd->get(), fresh, BytesOf(&header, sizeof header));
  if (made && std::rename(fresh.c_str(), path.c_str()) != 0) {
    made = SystemError(path, "cannot be put in place");
  }
  if (made) return fd;
  (void)unlink(fresh.c_str());
  return std::unexpected(made.error());
}

struct OpenRing {
  UniqueFd fd;
  std::uint64_t next_sequence = 1;
};

/// An existing ring of ours; nullopt when what is there is not one.
Result<std::optional<OpenRing>> OpenExisting(const std::string& path) {
  auto fd = OpenAt(AT_FDCWD, path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!fd) {
    const bool not_ours = fd.error().code == ErrorCode::kNotFound ||
                          fd.error().errno_value == ELOOP || fd.error().errno_value == ENXIO;
    if (not_ours) return std::nullopt;
    return std::unexpected(fd.error());
  }
  struct stat info{};
  if (fstat(fd->get(), &info) != 0) return SystemError(path, "cannot be examined");
  if (!S_ISREG(info.st_mode) || info.st_nlink != 1) return std::nullopt;
  auto bytes = ReadOpenFile(fd->get(), path, Recorder::kFileBytes);
  if (!bytes || !HasOurHeader(*bytes)) return std::nullopt;
  const Slots slots = ReadSlots(*bytes);
  const std::uint64_t next = slots.valid.empty() ? 1 : slots.valid.rbegin()->first + 1;
  return OpenRing{std::move(*fd), next};
}

}  // namespace

Result<Recorder> Recorder::Open(const std::string& path) {
  auto existing = OpenExisting(path);
  if (!existing) return std::unexpected(existing.error());
  OpenRing ring;
  if (*existing) {
    ring = std::move(**existing);
    if (auto reserved = Reserve(ring.fd.get(), path); !reserved) {
      return std::unexpected(reserved.error());
    }
  } else {
    auto made = MakeRing(path);
    if (!made) return std::unexpected(made.error());
    ring.fd = std::move(*made);
  }
  void* map =
      mmap(nullptr, kFileBytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd.get(), /*offset=*/0);
  if (map == MAP_FAILED) return SystemError(path, "cannot be mapped into memory");
  Recorder recorder;
  recorder.map_ = map;
  recorder.next_sequence_ = ring.next_sequence;
  return recorder;
}

Recorder::Recorder(Recorder&& other) noexcept
    : map_(std::exchange(other.map_, nullptr)), next_sequence_(other.next_sequence_) {}

Recorder& Recorder::operator=(Recorder&& other) noexcept {
  std::swap(map_, other.map_);
  std::swap(next_sequence_, other.next_sequence_);
  return *this;
}

Recorder::~Recorder() {
  if (map_ != nullptr) (void)munmap(map_, kFileBytes);
}

void Recorder::Add(const Sample& sample) {
  const StoredSample stored = ToStored(sample, next_sequence_);
  const std::size_t slot = (next_sequence_ - 1) % kSampleCount;
  std::memcpy(static_cast<char*>(map_) + sizeof(FileHeader) + slot * sizeof stored, &stored,
              sizeof stored);
  ++next_sequence_;
}

Result<Recording> ReadRecording(const std::string& path) {
  auto fd = OpenAt(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!fd) return std::unexpected(fd.error());
  auto bytes = ReadOpenFile(fd->get(), path, Recorder::kFileBytes);
  if (!bytes) return std::unexpected(bytes.error());
  auto recording = ParseRecording(*bytes);
  if (!recording) recording.error().where = path;
  return recording;
}

Result<Recording> ParseRecording(std::string_view bytes) {
  if (!HasOurHeader(bytes)) {
    return Malformed("recorder",
                     fmt::format("is no recorder ring of version 1 ({} bytes, expected {} with the "
                                 "header of headroomd)",
                                 bytes.size(), Recorder::kFileBytes));
  }
  Slots slots = ReadSlots(bytes);
  Recording recording;
  recording.skipped = slots.skipped;
  recording.samples.reserve(slots.valid.size());
  for (const auto& [sequence, stored] : slots.valid) {
    recording.samples.push_back(FromStored(stored));
  }
  return recording;
}

}  // namespace headroom
