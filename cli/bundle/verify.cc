#include <fmt/format.h>

#include <fcntl.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"
#include "cli/bundle/output.h"
#include "cli/bundle/verbs.h"
#include "evidence/pack/check.h"
#include "evidence/pack/pack.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxPackBytes = std::size_t{64} << 20U;

/// What a digest was compared with.
struct Compared {
  std::string wanted;  ///< empty: nothing was asked for
  bool fits = true;
};

/// Of the manifest, or of the pack as a file.
Compared Compare(const BundleFiles& bundle, const BundleCheck& check, const std::string& wanted) {
  if (wanted.empty() || wanted == check.digest) return {.wanted = wanted};
  // A directory has no bytes of its own.
  const auto file = ReadFileAt(AT_FDCWD, bundle.path, kMaxPackBytes);
  return {.wanted = wanted, .fits = file && Sha256Hex(*file) == wanted};
}

bool IsDigest(std::string_view text) {
  constexpr std::size_t kHexDigits = 64;
  return text.size() == kHexDigits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

void PrintText(const Environment& environment, const BundleFiles& bundle, const BundleCheck& check,
               const Compared& compared) {
  for (const BundleFault& fault : check.faults) {
    environment.out << fmt::format("{}: {}\n", EscapedForPeople(fault.file), fault.what);
  }
  if (!compared.fits) {
    environment.out << fmt::format("manifest.json: has the digest {}, expected {}\n",
                                   check.digest.empty() ? "of no file" : check.digest,
                                   compared.wanted);
  }
  const std::string path = EscapedForPeople(bundle.path);
  if (!check.faults.empty() || !compared.fits) {
    environment.out << path << ": is not as it was published\n";
    return;
  }
  environment.out << fmt::format("{}: {} files, {}, all as published\n", path, check.files,
                                 ToText(Bytes{check.bytes}));
  if (!compared.wanted.empty()) return;
  environment.out << fmt::format(
      "digest  {}  of manifest.json, which nothing else covers:\n"
      "        --digest compares it with the one that was kept\n",
      check.digest);
}

void PrintJson(const Environment& environment, const BundleFiles& bundle, const BundleCheck& check,
               const Compared& compared) {
  json faults = json::array();
  for (const BundleFault& fault : check.faults) {
    faults.push_back({{"file", EscapedForPeople(fault.file)}, {"what", fault.what}});
  }
  environment.out << DumpJson(
      {{"schema", "headroom.bundle-verify/1"},
       {"bundle", EscapedForPeople(bundle.path)},
       {"intact", check.faults.empty() && compared.fits},
       {"files", check.files},
       {"bytes", check.bytes},
       {"digest", check.digest.empty() ? json(nullptr) : json(check.digest)},
       {"digest_fits", compared.wanted.empty() ? json(nullptr) : json(compared.fits)},
       {"faults", std::move(faults)}});
}

}  // namespace

int BundleVerify(const Environment& environment, const BundleVerifyOptions& options) {
  if (!options.digest.empty() && !IsDigest(options.digest)) {
    return Fail(environment, CliStatus::kUsage,
                "--digest takes 64 hexadecimal digits, as headroom bundle pack prints them");
  }
  const auto bundle = ReadMeantBundle(environment, options.subject);
  if (!bundle) return FailToFind(environment, bundle.error());
  if (!bundle->files.contains("manifest.json") && !bundle->files.contains("container.json")) {
    return Fail(environment, CliStatus::kUnreadable,
                fmt::format("{}: is no bundle: it has neither manifest.json nor container.json",
                            EscapedForPeople(bundle->path)));
  }
  const BundleCheck check = CheckBundle(*bundle);
  const Compared compared = Compare(*bundle, check, options.digest);
  (options.json ? PrintJson : PrintText)(environment, *bundle, check, compared);
  return check.faults.empty() && compared.fits ? CliStatus::kDone : CliStatus::kIncomplete;
}

}  // namespace headroom
