#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <string>

#include "base/testing/temporary_directory.h"
#include "evidence/store.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

/// A store of which a part was replaced by a link to a folder of somebody else's.
class StoreOfLinksTest : public testing::Test {
 protected:
  StoreOfLinksTest() {
    EXPECT_TRUE(store_.Publish(OomDraft()));
    fs::create_directory(elsewhere_);
  }

  /// `place` and all that is in it lies elsewhere now, and a link is where it was.
  void ReplaceByLink(const std::string& place) const {
    fs::remove(elsewhere_);
    fs::rename(place, elsewhere_);
    fs::create_symlink(elsewhere_, place);
    // As a tree that was left in the middle of being written: what a sweep is for.
    const std::string left = place == store_.dir() ? "/incoming/1-1-0" : "/1-1-0";
    fs::create_directories(elsewhere_ + left);
    before_ = Everything();
  }

  [[nodiscard]] static Store::Draft Another() {
    Store::Draft draft = OomDraft();
    draft.incident = {"another", 0, 1};
    return draft;
  }

  [[nodiscard]] std::set<std::string> Everything() const {
    std::set<std::string> paths;
    for (const auto& entry : fs::recursive_directory_iterator(elsewhere_)) {
      paths.insert(entry.path());
    }
    return paths;
  }

  void ExpectUntouched() const { EXPECT_EQ(Everything(), before_); }

  TemporaryDirectory dir_;
  Store store_{dir_.path() + "/lib/bundles"};
  std::string elsewhere_ = dir_.path() + "/elsewhere";
  mutable std::set<std::string> before_;
};

TEST_F(StoreOfLinksTest, AStoreThatIsASymbolicLinkIsRefusedByWhoeverWritesToIt) {
  const BundleEntry bundle = store_.List().value().at(0);
  ReplaceByLink(store_.dir());
  const auto published = store_.Publish(Another());
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().where, store_.dir());
  EXPECT_FALSE(store_.Remove(bundle));
  EXPECT_FALSE(store_.Sweep());
  ExpectUntouched();
}

TEST_F(StoreOfLinksTest, AnIncomingFolderThatIsASymbolicLinkIsRefusedByWhoeverWritesToIt) {
  const BundleEntry bundle = store_.List().value().at(0);
  const std::string incoming = store_.dir() + "/incoming";
  ReplaceByLink(incoming);
  const auto published = store_.Publish(Another());
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().where, incoming);
  EXPECT_FALSE(store_.Remove(bundle));
  EXPECT_TRUE(fs::exists(bundle.path));
  EXPECT_FALSE(store_.Sweep());
  ExpectUntouched();
}

TEST_F(StoreOfLinksTest, APlaceOfAnotherUsersIsRefusedAndNamed) {
  for (const std::string& place :
       {store_.dir(), store_.dir() + "/incoming", store_.dir() + "/runc-web"}) {
    if (chown(place.c_str(), 12345, 12345) != 0) GTEST_SKIP() << "only root may give files away";
    const auto published = store_.Publish(Another());
    ASSERT_FALSE(published) << place;
    EXPECT_EQ(published.error().code, ErrorCode::kDenied);
    EXPECT_EQ(published.error().where, place);
    EXPECT_NE(published.error().what.find("belongs to uid 12345"), std::string::npos);
    ASSERT_EQ(chown(place.c_str(), geteuid(), getegid()), 0);
  }
  EXPECT_TRUE(store_.Publish(Another()));
}

}  // namespace
}  // namespace headroom
