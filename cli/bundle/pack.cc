#include "evidence/pack/pack.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"
#include "cli/bundle/output.h"
#include "cli/bundle/verbs.h"
#include "evidence/pack/check.h"

namespace headroom {
namespace {

std::string LeafOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// A pack's path without what tells that it is one.
std::string WithoutPackSuffix(std::string path) {
  for (const std::string_view suffix : {".tar.gz", ".tgz"}) {
    if (path.ends_with(suffix)) path.resize(path.size() - suffix.size());
  }
  return path;
}

std::string PackText(const std::string& out, const BundleCheck& check, const std::string& pack) {
  return fmt::format(
      "{}: {} files, {}, packed {}\n"
      "digest  {}  of its manifest.json, which has the sums of all other files\n"
      "sha256  {}  of the pack itself\n",
      out == "-" ? "standard output" : EscapedForPeople(out), check.files,
      ToText(Bytes{check.bytes}), ToText(Bytes{pack.size()}), check.digest, Sha256Hex(pack));
}

std::string PackJson(const std::string& out, const BundleCheck& check, const std::string& pack) {
  return DumpJson({{"schema", "headroom.bundle-pack/1"},
                   {"pack", EscapedForPeople(out)},
                   {"files", check.files},
                   {"bytes", check.bytes},
                   {"packed_bytes", pack.size()},
                   {"digest", check.digest},
                   {"sha256", Sha256Hex(pack)}});
}

int TellDamaged(const Environment& environment, const std::string& path, const BundleCheck& check) {
  return Fail(environment, CliStatus::kUnreadable,
              fmt::format("{}: {} {}; a damaged bundle is not packed (headroom bundle verify tells "
                          "all that is wrong with it)",
                          EscapedForPeople(path), EscapedForPeople(check.faults.front().file),
                          check.faults.front().what));
}

}  // namespace

int BundlePack(const Environment& environment, const BundlePackOptions& options) {
  if (options.out == "-" && options.json) {
    return Fail(environment, CliStatus::kUsage, "standard output takes the pack or --json");
  }
  const auto bundle = ReadMeantBundle(environment, options.subject);
  if (!bundle) return FailToFind(environment, bundle.error());
  const BundleCheck check = CheckBundle(*bundle);
  if (!check.faults.empty()) return TellDamaged(environment, bundle->path, check);
  const auto pack = Packed(*bundle);
  if (!pack) return FailToMake(environment, pack.error());
  const std::string out =
      options.out.empty() ? WithoutPackSuffix(LeafOf(bundle->path)) + ".tar.gz" : options.out;
  if (out == "-") {
    environment.out << *pack;
    environment.err << PackText(out, check, *pack);
    return CliStatus::kDone;
  }
  if (auto written = WritePackFile(out, *pack); !written) {
    return FailToMake(environment, written.error());
  }
  environment.out << (options.json ? PackJson(out, check, *pack) : PackText(out, check, *pack));
  return CliStatus::kDone;
}

int BundleUnpack(const Environment& environment, const BundleUnpackOptions& options) {
  const auto bundle = ReadMeantBundle(environment, options.subject);
  if (!bundle) return FailToFind(environment, bundle.error());
  const std::string out =
      options.out.empty() ? WithoutPackSuffix(LeafOf(bundle->path)) : options.out;
  if (auto written = WriteBundleDirectory(out, *bundle); !written) {
    return FailToMake(environment, written.error());
  }
  environment.out << fmt::format("{}: {} files\n", EscapedForPeople(out), bundle->files.size());
  return CliStatus::kDone;
}

}  // namespace headroom
