#include "cli/report.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/why/why.h"
#include "explain/html/report.h"

namespace headroom {
namespace {

constexpr mode_t kMode = 0600;

/// Why the file may not be written where it is to be; empty: it may.
std::string WhyNot(const ReportOptions& options) {
  struct stat there{};
  if (lstat(options.file.c_str(), &there) != 0) return "";
  // A pipe or a device would be replaced by a file.
  if (!S_ISREG(there.st_mode)) return "is there and is no regular file; name another, or -";
  return options.force ? "" : "is there already; --force replaces it";
}

int Write(const Environment& environment, const ReportOptions& options, const std::string& page) {
  if (options.file == "-") {
    environment.out << page;
    return CliStatus::kDone;
  }
  if (const std::string why = WhyNot(options); !why.empty()) {
    return Fail(environment, CliStatus::kIncomplete,
                fmt::format("{} {}", EscapedForPeople(options.file), why));
  }
  auto written = ReplaceFileAt(AT_FDCWD, options.file, page, kMode, Durability::kNone);
  if (written) return CliStatus::kDone;
  written.error().where = options.file;  // not the temporary name beside it
  return Fail(environment, CliStatus::kIncomplete, EscapedForPeople(written.error().Message()));
}

}  // namespace

int Report(const Environment& environment, const ReportOptions& options) {
  WhyOptions why{.subject = options.subject, .json = false, .store = options.store, .present = {}};
  why.present = [&](const Evidence& evidence, const Verdict& verdict) {
    return Write(environment, options, ReportHtml(evidence, verdict));
  };
  return Why(environment, why);
}

}  // namespace headroom
