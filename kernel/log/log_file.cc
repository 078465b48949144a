#include "kernel/log/log_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

namespace headroom {
namespace {

constexpr std::size_t kChunk = std::size_t{256} << 10U;
constexpr std::size_t kMostLineBytes = std::size_t{256} << 10U;

/// Gathers chunks into lines.
class LineFeeder {
 public:
  explicit LineFeeder(KernelLogReader& reader) : reader_(reader) {}

  void Add(std::string_view chunk) {
    while (!chunk.empty()) {
      const std::size_t end = chunk.find('\n');
      const std::string_view part = chunk.substr(0, end);
      partial_ += part.substr(0, kMostLineBytes - partial_.size());
      if (end == std::string_view::npos) return;
      Finish();
      chunk.remove_prefix(end + 1);
    }
  }
  void FinishLast() {
    if (!partial_.empty()) Finish();
  }

 private:
  void Finish() {
    reader_.Add(partial_);
    partial_.clear();
  }

  KernelLogReader& reader_;
  std::string partial_;
};

/// What makes text of it, by the first bytes; empty: it is text.
std::string_view CommandFor(std::string_view start) {
  struct Magic {
    std::string_view bytes;
    std::string_view command;
  };
  constexpr std::array<Magic, 7> kMagics = {{{"\x1f\x8b", "zcat"},
                                             {"\xfd"
                                              "7zXZ",
                                              "xzcat"},
                                             {"\x28\xb5\x2f\xfd", "zstdcat"},
                                             {"BZh", "bzcat"},
                                             {"\xff\xfe", "iconv -f UTF-16 -t UTF-8"},
                                             {"\xfe\xff", "iconv -f UTF-16 -t UTF-8"},
                                             {"LPKSHHRH", "journalctl _TRANSPORT=kernel --file"}}};
  for (const Magic& magic : kMagics) {
    if (start.starts_with(magic.bytes)) return magic.command;
  }
  return "";
}

}  // namespace

Result<KernelLogReport> ReadKernelLogFile(int fd, const std::string& where) {
  KernelLogReader reader;
  LineFeeder lines(reader);
  std::vector<char> buffer(kChunk);
  for (bool first = true;;) {
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got < 0 && (errno == EINTR || errno == EPIPE)) continue;  // EPIPE: /dev/kmsg, records lost
    if (got < 0 && errno == EAGAIN) break;                        // /dev/kmsg, all read
    if (got < 0) return SystemError(where, "cannot be read");
    if (got == 0) break;
    const std::string_view chunk(buffer.data(), static_cast<std::size_t>(got));
    if (const auto command = first ? CommandFor(chunk) : ""; !command.empty()) {
      return Malformed(where, fmt::format("is no text; expected a log as text, so try: {} {} | "
                                          "headroom why --kernel-log -",
                                          command, where));
    }
    first = false;
    lines.Add(chunk);
  }
  lines.FinishLast();
  return reader.Finish();
}

}  // namespace headroom
