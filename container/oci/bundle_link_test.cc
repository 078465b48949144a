#include "container/oci/bundle_link.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

class BundleLinkTest : public testing::Test {
 protected:
  [[nodiscard]] std::string bundle() const { return tree_.path() + "/private/bundle"; }
  TemporaryDirectory tree_;
};

TEST_F(BundleLinkTest, RefusesDirectoriesThatOthersMayWriteTo) {
  tree_.Write("private/bundle/config.json", "{}");
  ASSERT_EQ(chmod((tree_.path() + "/private").c_str(), 0777), 0);
  const auto refused = LinkFromBundle(bundle(), "/store/x");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_FALSE(std::filesystem::is_symlink(bundle() + "/headroom"));
}

TEST_F(BundleLinkTest, RefusesTheRootAndWhatIsNoPlainPath) {
  for (const char* bad : {"/", "//", "/.", "", "bundle", "/..", "/proc/../tmp"}) {
    EXPECT_FALSE(LinkFromBundle(bad, "/store/x")) << bad;
  }
}

TEST_F(BundleLinkTest, RefusesASymbolicLinkOnTheWay) {
  tree_.Write("private/bundle/config.json", "{}");
  ASSERT_EQ(symlink(bundle().c_str(), (tree_.path() + "/alias").c_str()), 0);
  EXPECT_FALSE(LinkFromBundle(tree_.path() + "/alias", "/store/x"));
  EXPECT_FALSE(std::filesystem::is_symlink(bundle() + "/headroom"));
}

/// A place that only this user may write to from "/" down, which /tmp is not.
class TrustedPlace {
 public:
  TrustedPlace() {
    const char* home = getenv("HOME");
    path_ =
        std::string(home == nullptr ? "" : home) + "/.headroom-test-" + std::to_string(getpid());
    usable_ = home != nullptr && mkdir(path_.c_str(), 0700) == 0 &&
              LinkFromBundle(path_, "/store/container").has_value();
  }
  TrustedPlace(const TrustedPlace&) = delete;
  TrustedPlace& operator=(const TrustedPlace&) = delete;
  ~TrustedPlace() {
    (void)unlink((path_ + "/headroom").c_str());
    (void)rmdir(path_.c_str());
  }
  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool usable_ = false;
};

TEST_F(BundleLinkTest, LinksOnceAndNeverReplaces) {
  const TrustedPlace place;
  if (!place.usable()) GTEST_SKIP() << "no directory here is this user's alone from / down";
  EXPECT_EQ(std::filesystem::read_symlink(place.path() + "/headroom"), "/store/container");
  EXPECT_TRUE(LinkFromBundle(place.path(), "/store/other"));
  EXPECT_EQ(std::filesystem::read_symlink(place.path() + "/headroom"), "/store/container");
}

}  // namespace
}  // namespace headroom
