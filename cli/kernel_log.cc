#include "cli/kernel_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "explain/kernel_log/kernel_log.h"
#include "kernel/log/log_file.h"

namespace headroom {
namespace {

Result<KernelLogReport> ReadLog(const std::string& file) {
  if (file == "-") return ReadKernelLogFile(STDIN_FILENO, "standard input");
  // Without waiting: /dev/kmsg has no end, only a last record so far.
  struct stat info{};
  const bool device = stat(file.c_str(), &info) == 0 && S_ISCHR(info.st_mode);
  const auto fd = OpenAt(AT_FDCWD, file, O_RDONLY | O_NOCTTY | (device ? O_NONBLOCK : 0));
  if (!fd) return std::unexpected(fd.error());
  return ReadKernelLogFile(fd->get(), file);
}

}  // namespace

int WhyKernelLog(const Environment& environment, const KernelLogOptions& options) {
  const auto report = ReadLog(options.file);
  if (!report && report.error().code == ErrorCode::kNotFound) {
    return Fail(environment, CliStatus::kNotFound, EscapedForPeople(report.error().Message()));
  }
  if (!report) return FailToRead(environment, report.error());
  const std::string name = options.file == "-" ? "standard input" : options.file;
  environment.out << (options.json ? KernelLogJson(*report) : KernelLogText(*report, name));
  return report->kills.empty() ? CliStatus::kNoIncident : CliStatus::kDone;
}

}  // namespace headroom
