#include "container/shm_facts.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

bool Shares(const std::string& source, const std::string& type = "bind",
            const std::vector<std::string>& options = {}) {
  OciConfig config;
  config.shm =
      OciMount{.destination = "/dev/shm", .type = type, .source = source, .options = options};
  return SharesShm(config, "3f1c9a");
}

TEST(SharesShm, AFolderNamedAfterTheContainerIsItsOwn) {
  EXPECT_FALSE(Shares("/var/lib/containers/storage/overlay-containers/3f1c9a/userdata/shm"));
  EXPECT_FALSE(Shares("/var/lib/docker/containers/3f1c9a/mounts/shm")) << "--ipc=shareable";
}

TEST(SharesShm, AnothersFolderIsShared) {
  EXPECT_TRUE(Shares("/var/lib/docker/containers/77aa/mounts/shm")) << "--ipc=container:77aa";
  EXPECT_TRUE(Shares("/run/containerd/io.containerd.grpc.v1.cri/sandboxes/77aa/shm"));
  EXPECT_TRUE(Shares("/dev/shm")) << "--ipc=host";
  EXPECT_TRUE(Shares("/containers/3f1c9a2/shm")) << "a name that only begins alike";
}

TEST(SharesShm, GoesByTheOptionsAsTheRuntimesDo) {
  EXPECT_TRUE(Shares("/dev/shm", "none", {"rbind", "rprivate"}));
  EXPECT_TRUE(Shares("/dev/shm", "", {"bind"}));
  EXPECT_FALSE(Shares("shm", "tmpfs", {"size=64m"}));
  EXPECT_FALSE(SharesShm(OciConfig{}, "3f1c9a"));
}

}  // namespace
}  // namespace headroom
