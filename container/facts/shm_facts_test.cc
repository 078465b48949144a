#include "container/facts/shm_facts.h"

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include "container/testing/fake_host.h"

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

constexpr const char* kDocker = "/var/lib/docker/containers/3f1c9a/mounts/shm";
constexpr const char* kPodman =
    "/var/lib/containers/storage/overlay-containers/3f1c9a/userdata/shm";
constexpr const char* kSandbox = "/run/containerd/io.containerd.grpc.v1.cri/sandboxes/3f1c9a/shm";

/// A mount of the tmpfs that is on the container's /dev/shm, or of that part of it.
Mount Tmpfs(const std::string& mount_point, const std::string& root = "/") {
  Mount mount;
  mount.device = makedev(0, 50);
  mount.root = root;
  mount.mount_point = mount_point;
  mount.type = "tmpfs";
  mount.super_options = "rw,size=65536k";
  return mount;
}

OciConfig Binding(const std::string& source) {
  OciConfig config;
  config.shm =
      OciMount{.destination = "/dev/shm", .type = "bind", .source = source, .options = {"rbind"}};
  return config;
}

OciConfig Mounting() {
  OciConfig config;
  config.shm =
      OciMount{.destination = "/dev/shm", .type = "tmpfs", .source = "shm", .options = {"nosuid"}};
  return config;
}

struct Found {
  std::vector<Mount> on_host;
  std::string root = "/";
  std::optional<OciConfig> config;
  bool in_pod = false;
};

/// Whether what is on the container's /dev/shm is not its own alone.
bool IsShared(const Found& found) {
  const FakeHost host;
  const auto shm = FindShm(host.surroundings(),
                           {.root = "/b/rootfs",
                            .mounts = {Tmpfs("/b/rootfs/dev/shm", found.root)},
                            .host_tmpfs = found.on_host},
                           {.init = FakeHost::kInit,
                            .id = "3f1c9a",
                            .config = found.config ? &*found.config : nullptr,
                            .in_pod = found.in_pod});
  EXPECT_TRUE(shm);
  return shm && shm->bind_mounted;
}

TEST(FindShm, WhatTheRuntimeMountsForTheContainerIsItsOwn) {
  EXPECT_FALSE(IsShared({.config = Mounting()}));
  EXPECT_FALSE(IsShared({.config = std::nullopt}));
  EXPECT_FALSE(IsShared({.config = Mounting(), .in_pod = true}));
}

TEST(FindShm, WhatTheEngineMountsInAFolderOfTheContainersIsItsOwn) {
  EXPECT_FALSE(IsShared({.on_host = {Tmpfs(kDocker)}, .config = Binding(kDocker)}));
  EXPECT_FALSE(IsShared({.on_host = {Tmpfs(kPodman)}, .config = Binding(kPodman)}));
  EXPECT_FALSE(IsShared({.config = Binding(kDocker)})) << "the engine's mounts cannot be seen";
}

/// A bind of /run/web/shm has the whole of the host's /run behind it.
TEST(FindShm, APartOfAFileSystemIsNeverItsOwn) {
  const std::vector<std::optional<OciConfig>> configs = {std::nullopt, Mounting(),
                                                         Binding("/run/3f1c9a/shm")};
  for (const auto& config : configs) {
    EXPECT_TRUE(IsShared({.on_host = {Tmpfs("/run")}, .root = "/3f1c9a/shm", .config = config}));
    EXPECT_TRUE(IsShared({.root = "/shared", .config = config}));
  }
}

TEST(FindShm, WhatTheHostHasElsewhereIsNotItsOwn) {
  EXPECT_TRUE(IsShared({.on_host = {Tmpfs("/run/shared")}, .config = Binding("/run/shared")}));
  EXPECT_TRUE(IsShared({.on_host = {Tmpfs("/run/shared")}, .config = Mounting()}))
      << "what is there counts, whatever was asked for";
  EXPECT_TRUE(
      IsShared({.on_host = {Tmpfs(kDocker), Tmpfs("/srv/also")}, .config = Binding(kDocker)}));
  EXPECT_TRUE(IsShared({.on_host = {Tmpfs(kDocker, "/x")}, .config = Binding(kDocker)}));
}

TEST(FindShm, WithoutAConfigWhatTheHostHasMountedIsNotItsOwn) {
  EXPECT_TRUE(IsShared({.on_host = {Tmpfs(kDocker)}, .config = std::nullopt}));
}

/// It is made before the pod's other containers, and they have it too.
TEST(FindShm, APodsIsNotItsSandboxsAlone) {
  EXPECT_TRUE(
      IsShared({.on_host = {Tmpfs(kSandbox)}, .config = Binding(kSandbox), .in_pod = true}));
  EXPECT_TRUE(IsShared({.config = Binding(kSandbox), .in_pod = true}));
}

}  // namespace
}  // namespace headroom
