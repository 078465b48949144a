#include "cli/series.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "evidence/bundle_name.h"
#include "fuzz/fuzz.h"

namespace {

using namespace headroom;

constexpr std::size_t kMostBundles = 120;

/// A folder of a bundle, made once; every bundle of a row is that one.
const std::string& Folder() {
  static const std::string folder = [] {
    std::string path = "/tmp/headroom-fuzz-XXXXXX";
    Require(mkdtemp(path.data()) != nullptr);
    return path;
  }();
  return folder;
}

void WriteSummary(std::string_view text) {
  const auto folder = OpenDirectory(AT_FDCWD, Folder());
  Require(folder.has_value());
  (void)unlinkat(folder->get(), "summary.json", 0);
  Require(
      CreateFileAt(folder->get(), "summary.json", text, S_IRUSR, Durability::kNone).has_value());
}

}  // namespace

/// Names of bundles, newest first, and behind an empty line the summary that each of them has.
HEADROOM_FUZZ(text) {
  std::vector<BundleEntry> bundles;
  while (const auto line = TakeLine(text)) {
    if (line->empty() || bundles.size() == kMostBundles) break;
    auto bundle = ParseBundleName(*line);
    if (!bundle) continue;
    bundle->path = Folder();
    bundles.push_back(std::move(*bundle));
  }
  WriteSummary(text);
  const auto statement = SeriesStatement(Verdict{}, bundles);
  if (!statement) return;
  Require(bundles.size() >= 2 && statement->label == "series");
  // A line for people, whatever stood in the summaries.
  Require(EscapedForPeople(statement->text) == statement->text && statement->text.size() < 200);
  Require(statement->text.find('-') == std::string::npos ||
          statement->text.find(" in -") == std::string::npos);
}
