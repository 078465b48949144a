#include "evidence/pack/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/sha256.h"
#include "base/text.h"
#include "evidence/bundle_writer.h"

namespace headroom {
namespace {

constexpr std::string_view kManifestName = "manifest.json";

class Checker {
 public:
  explicit Checker(const BundleFiles& bundle) : bundle_(bundle) {}

  BundleCheck Check() {
    check_.digest = BundleDigest(bundle_);
    check_.files = bundle_.files.size();
    for (const auto& [name, bytes] : bundle_.files) check_.bytes += bytes.size();
    for (const StrayEntry& stray : bundle_.strays) Fault(stray.name, stray.what);
    CheckAgainstManifest();
    std::ranges::stable_sort(check_.faults, {}, &BundleFault::file);
    return std::move(check_);
  }

 private:
  void Fault(std::string_view file, std::string what) {
    check_.faults.push_back({std::string(file), std::move(what)});
  }

  void CheckAgainstManifest() {
    const auto text = bundle_.files.find(kManifestName);
    if (text == bundle_.files.end()) return Fault(kManifestName, "is missing");
    const auto manifest = ParseManifest(text->second, kManifestName);
    if (!manifest) return Fault(kManifestName, EscapedForPeople(manifest.error().what));
    if (!ParseBundleKind(manifest->kind)) Fault(kManifestName, "names no kind of incident");
    for (const ManifestRow& row : manifest->rows) CheckRow(row);
    for (const auto& [name, bytes] : bundle_.files) {
      if (name != kManifestName && !rows_.contains(name)) Fault(name, "is not in the manifest");
    }
  }

  void CheckRow(const ManifestRow& row) {
    if (!rows_.insert(row.section).second) return Fault(row.section, "is in the manifest twice");
    const auto file = bundle_.files.find(row.section);
    const bool there = file != bundle_.files.end();
    if (!HasFile(row)) {
      if (there) {
        Fault(row.section,
              fmt::format("is there, though the manifest has it {}", OutcomeName(row.outcome)));
      }
      return;
    }
    if (!there) return Fault(row.section, "is missing, though the manifest lists it");
    CheckBytes(row, file->second);
  }

  void CheckBytes(const ManifestRow& row, const std::string& bytes) {
    if (bytes.size() != row.bytes) {
      Fault(row.section, fmt::format("has {} bytes, {} were published", bytes.size(), row.bytes));
    } else if (row.sha256.empty()) {
      Fault(row.section, "has no SHA-256 in the manifest");
    } else if (Sha256Hex(bytes) != row.sha256) {
      Fault(row.section,
            fmt::format("has other bytes than the {} that were published (its SHA-256 differs)",
                        row.bytes));
    }
  }

  const BundleFiles& bundle_;
  BundleCheck check_;
  std::set<std::string> rows_;
};

}  // namespace

BundleCheck CheckBundle(const BundleFiles& bundle) { return Checker(bundle).Check(); }

}  // namespace headroom
