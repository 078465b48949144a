#include "cli/shared_summaries.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "fuzz/fuzz.h"

namespace {

using namespace headroom;

constexpr std::string_view kContainer = "docker-3f1c9a";
constexpr std::string_view kBundle = "20261121T031244Z-oom-kill-1a2b3c4d-0-1.json";

/// Root's store with the summaries beside it, made once.
const std::string& Root() {
  static const std::string root = [] {
    std::string path = "/tmp/headroom-fuzz-XXXXXX";
    Require(mkdtemp(path.data()) != nullptr);
    for (const std::string folder : {"/summaries", "/summaries/docker-3f1c9a"}) {
      Require(mkdir((path + folder).c_str(), S_IRWXU) == 0);
    }
    return path;
  }();
  return root;
}

void WriteSummary(std::string_view text) {
  const auto folder = OpenDirectory(AT_FDCWD, Root() + "/summaries/" + std::string(kContainer));
  Require(folder.has_value());
  const std::string name(kBundle);
  (void)unlinkat(folder->get(), name.c_str(), 0);
  Require(CreateFileAt(folder->get(), name, text, S_IRUSR, Durability::kNone).has_value());
}

}  // namespace

/// A published summary. It is root's, but what it quotes of a container is not.
HEADROOM_FUZZ(text) {
  WriteSummary(text);
  std::ostringstream out;
  std::ostringstream err;
  const Environment environment{
      .out = out, .err = err, .system_store = Root() + "/bundles", .root = false};
  const auto shared = SharedBundles(environment);
  Require(shared.size() <= 1);
  for (const SharedBundle& one : shared) {
    Require(one.bundle.path.starts_with(environment.system_store));
    Require(EscapedForPeople(one.container) == one.container);
  }
  Require(WhyFromSummaries(environment, {}).has_value() == !shared.empty());
  Require(err.str().empty());
  for (const char c : out.str()) Require(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  // As JSON it is JSON still.
  out.str("");
  (void)WhyFromSummaries(environment, {.json = true});
  Require(shared.empty() || ParseJsonObject(out.str(), "out").has_value());
}
