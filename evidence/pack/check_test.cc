#include "evidence/pack/check.h"

#include <gtest/gtest.h>

#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

BundleFiles MadeBundle() { return FilesOfDraft(OomDraft()).value(); }

/// The files that something is wrong with.
std::vector<std::string> Faulty(const BundleFiles& bundle) {
  std::vector<std::string> files;
  for (const BundleFault& fault : CheckBundle(bundle).faults) files.push_back(fault.file);
  return files;
}

using Names = std::vector<std::string>;

TEST(CheckBundle, FindsNothingInOneThatIsAsPublished) {
  const BundleCheck check = CheckBundle(MadeBundle());
  EXPECT_TRUE(check.faults.empty());
  EXPECT_EQ(check.files, 4U);  // two sections, container.json, manifest.json
  EXPECT_EQ(check.digest.size(), 64U);
}

TEST(CheckBundle, EveryFlippedByteOfAFileIsFound) {
  const BundleFiles whole = MadeBundle();
  for (const auto& [name, bytes] : whole.files) {
    if (name == "manifest.json") continue;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      BundleFiles bundle = whole;
      bundle.files[name][at] = static_cast<char>(bytes[at] ^ 1);
      EXPECT_EQ(Faulty(bundle), Names{name});
    }
  }
}

TEST(CheckBundle, EveryFlippedByteOfTheManifestGivesAnotherDigest) {
  const BundleFiles whole = MadeBundle();
  const std::string digest = BundleDigest(whole);
  for (std::size_t at = 0; at < whole.files.at("manifest.json").size(); ++at) {
    BundleFiles bundle = whole;
    std::string& bytes = bundle.files["manifest.json"];
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    EXPECT_NE(CheckBundle(bundle).digest, digest);
  }
}

TEST(CheckBundle, AMissingFileIsFound) {
  BundleFiles bundle = MadeBundle();
  bundle.files.erase("before/smaps/12");
  EXPECT_EQ(Faulty(bundle), Names{"before/smaps/12"});
}

TEST(CheckBundle, AFileThatTheManifestDoesNotKnowIsFound) {
  BundleFiles bundle = MadeBundle();
  bundle.files["before/extra"] = "";
  EXPECT_EQ(Faulty(bundle), Names{"before/extra"});
}

TEST(CheckBundle, AFileThatTheManifestHasAsUnavailableIsFound) {
  BundleFiles bundle = MadeBundle();
  bundle.files["host/pressure/memory"] = "some avg10=0.00\n";
  EXPECT_EQ(Faulty(bundle), Names{"host/pressure/memory"});
}

TEST(CheckBundle, ALongerOrShorterFileIsFound) {
  for (const char* bytes : {"", "anon 42", "anon 42\n\n"}) {
    BundleFiles bundle = MadeBundle();
    bundle.files["before/memory.stat"] = bytes;
    EXPECT_EQ(Faulty(bundle), Names{"before/memory.stat"});
  }
}

TEST(CheckBundle, AStrayLinkIsFound) {
  BundleFiles bundle = MadeBundle();
  bundle.strays = {{"before/link", "is a symbolic link"}};
  EXPECT_EQ(Faulty(bundle), Names{"before/link"});
}

TEST(CheckBundle, AManifestThatIsMissingOrBrokenIsFound) {
  BundleFiles bundle = MadeBundle();
  bundle.files["manifest.json"] = "{";
  EXPECT_EQ(Faulty(bundle), Names{"manifest.json"});
  bundle.files.erase("manifest.json");
  EXPECT_EQ(Faulty(bundle), Names{"manifest.json"});
}

TEST(CheckBundle, ARowThatIsThereTwiceIsFound) {
  BundleFiles bundle = MadeBundle();
  Manifest manifest = ParseManifest(bundle.files["manifest.json"], "").value();
  manifest.rows.push_back(manifest.rows.front());
  bundle.files["manifest.json"] = SerializeManifest(manifest);
  EXPECT_EQ(Faulty(bundle), Names{manifest.rows.front().section});
}

TEST(CheckBundle, AFileWithoutASumIsFound) {
  BundleFiles bundle = MadeBundle();
  Manifest manifest = ParseManifest(bundle.files["manifest.json"], "").value();
  manifest.rows.front().sha256.clear();
  bundle.files["manifest.json"] = SerializeManifest(manifest);
  EXPECT_EQ(Faulty(bundle), Names{manifest.rows.front().section});
}

}  // namespace
}  // namespace headroom
