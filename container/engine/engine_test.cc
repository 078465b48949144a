#include "container/engine/engine.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/testing/temporary_directory.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

struct Case {
  const char* says;
  Annotations annotations;
  std::string bundle;
  std::string cgroup;
  std::string comm;
  std::optional<std::string> root;
  const char* engine;
};

TEST(IdentifyEngine, KnowsEachByItsMarks) {
  const std::string moby = "/run/containerd/io.containerd.runtime.v2.task/moby/web";
  const std::string k8s = "/run/containerd/io.containerd.runtime.v2.task/k8s.io/web";
  const std::string libpod = "/var/lib/containers/storage/overlay-containers/web/userdata";
  const std::string crio = "/run/containers/storage/overlay-containers/web/userdata";
  const std::vector<Case> cases = {
      {"podman by its manager",
       {{"io.container.manager", "libpod"}},
       "/b",
       "/x",
       "crun",
       "r",
       "podman"},
      {"podman by its own annotations",
       {{"io.podman.annotations.autoremove", "TRUE"}},
       "/b",
       "/x",
       "crun",
       {},
       "podman"},
      {"podman by its bundle", {}, libpod, "/x", "crun", {}, "podman"},
      {"a pod of podman, which speaks CRI-O too",
       {{"io.container.manager", "libpod"}, {"io.kubernetes.cri-o.SandboxID", "1"}},
       libpod,
       "/x",
       "crun",
       {},
       "podman"},
      {"cri-o by its manager",
       {{"io.container.manager", "cri-o"}},
       crio,
       "/x",
       "crun",
       {},
       "cri-o"},
      {"cri-o's bundle, where it alone has such cgroups",
       {},
       crio,
       "/kubepods.slice/crio-web.scope",
       "crun",
       {},
       "cri-o"},
      {"cri-o's below crun",
       {},
       crio,
       "/kubepods.slice/crio-web.scope/container",
       "crun",
       {},
       "cri-o"},
      {"cri-o's cgroupfs path", {}, crio, "/kubepods/pod1/crio-web", "runc", {}, "cri-o"},
      {"cri-o's configured path", {}, "/b", "pod1.slice:crio:web", "runc", {}, "cri-o"},
      {"podman's configured path", {}, "/b", "machine.slice:libpod:web", "runc", {}, "podman"},
      {"podman's transient store", {}, crio, "/libpod_parent/libpod-web", "crun", {}, "podman"},
      {"a bundle of another driver's store",
       {},
       "/var/lib/containers/storage/vfs-containers/web/userdata",
       "/x",
       "crun",
       {},
       "podman"},
      {"another container's bundle", {}, libpod + "/db/userdata", "/x", "runc", {}, "runc"},
      {"a cgroup that is named after crio alone", {}, "/b", "/crio-db", "runc", {}, "runc"},
      {"cri-o by its annotations",
       {{"io.kubernetes.cri-o.Name", "n"}},
       "/b",
       "/x",
       "runc",
       {},
       "cri-o"},
      {"cri-o by its scope", {}, "/b", "/kubepods.slice/crio-web.scope", "runc", {}, "cri-o"},
      {"docker by its bundle", {}, moby, "/x", "runc", {}, "docker"},
      {"docker by its scope", {}, "/b", "/system.slice/docker-web.scope", "runc", {}, "docker"},
      {"docker below crun",
       {},
       moby,
       "/system.slice/docker-web.scope/container",
       "crun",
       "r",
       "docker"},
      {"docker by its cgroupfs path", {}, "/b", "/docker/web", "runc", {}, "docker"},
      {"docker's configured path", {}, "/b", "system.slice:docker:web", "runc", {}, "runc"},
      {"containerd by its annotations",
       {{"io.kubernetes.cri.container-name", "c"}},
       "/b",
       "/x",
       "runc",
       {},
       "containerd"},
      {"containerd by its bundle", {}, k8s, "/x", "runc", {}, "containerd"},
      {"lxc by its cgroup", {}, "/b", "/lxc.payload.web", "lxc-start", {}, "lxc"},
      {"crun by its state", {}, "/b", "/x", "wrapper", "rootfs", "crun"},
      {"crun by its name", {}, "/b", "/x", "crun", {}, "crun"},
      {"anything else", {}, "/b", "/x", "youki", {}, "runc"},
  };
  for (const Case& c : cases) {
    OciState state;
    state.id = "web";
    state.annotations = c.annotations;
    state.bundle = c.bundle;
    state.root = c.root;
    EXPECT_EQ(IdentifyEngine(state, nullptr, c.cgroup, c.comm).engine, c.engine) << c.says;
  }
}

/// Docker, Podman and containerd take any annotation from whoever starts a container.
TEST(IdentifyEngine, WhereTheEngineKeepsAContainerGoesBeforeAnyAnnotation) {
  struct Kept {
    const char* engine;
    std::string bundle;
    std::string cgroup;
  };
  const std::string task = "/run/containerd/io.containerd.runtime.v2.task/";
  const std::vector<Kept> cases = {
      {"docker", task + "moby/web", "/system.slice/docker-web.scope"},
      {"docker", task + "moby/web", "/any/parent/web"},
      {"containerd", task + "k8s.io/web", "/kubepods.slice/cri-containerd-web.scope"},
      {"containerd", task + "default/web", "/default/web"},
      {"podman", "/var/lib/containers/storage/overlay-containers/web/userdata",
       "/machine.slice/libpod-web.scope/container"},
      {"podman", "/var/lib/containers/storage/overlay-containers/web/userdata",
       "/system.slice/shop.service/libpod-payload-web"},
      {"cri-o", "/run/containers/storage/overlay-containers/web/userdata",
       "/kubepods.slice/crio-web.scope"},
  };
  const std::vector<Annotations> claims = {{{"io.container.manager", "cri-o"}},
                                           {{"io.container.manager", "libpod"}},
                                           {{"io.podman.x", "1"}},
                                           {{"io.kubernetes.cri-o.Name", "n"}},
                                           {{"io.kubernetes.cri.container-name", "c"}},
                                           {{"nerdctl/name", "n"}}};
  for (const Kept& kept : cases) {
    for (const Annotations& claim : claims) {
      OciState state;
      state.id = "web";
      state.bundle = kept.bundle;
      state.annotations = claim;
      EXPECT_EQ(IdentifyEngine(state, nullptr, kept.cgroup, "crun").engine, kept.engine)
          << kept.cgroup << " with " << claim.begin()->first << "=" << claim.begin()->second;
    }
  }
}

TEST(IdentifyEngine, NamesAPodsContainerAsPeopleDo) {
  OciState state;
  state.annotations = {{"io.kubernetes.cri.sandbox-namespace", "shop"},
                       {"io.kubernetes.cri.sandbox-name", "api-7f"},
                       {"io.kubernetes.cri.container-name", "web"},
                       {"io.kubernetes.cri.image-name", "shop/api:1.4"}};
  const EngineIdentity identity = IdentifyEngine(state, nullptr, "", "runc");
  EXPECT_EQ(identity.name, "shop/api-7f/web");
  EXPECT_EQ(identity.image, "shop/api:1.4");
  EXPECT_TRUE(identity.kubernetes);
}

TEST(IdentifyEngine, UsesTheConfiguredCgroupWhereNoneIsKnown) {
  OciState state;
  state.id = "web";
  OciConfig config;
  config.cgroups_path = "/docker/web";
  EXPECT_EQ(IdentifyEngine(state, &config, "", "").engine, "docker");
}

constexpr const char* kContainerEnv = "overlay-containers/web/userdata/.containerenv";

/// What Podman is said to know of the container "web" where that file is bound as its own.
EngineIdentity OfPodman(const FakeHost& host, const std::string& file = kContainerEnv) {
  OciConfig config;
  config.mounts = {{.destination = "/run/.containerenv",
                    .type = "bind",
                    .source = host.path() + "/" + file,
                    .options = {}}};
  Annotations labels;
  EngineIdentity identity;
  identity.engine = "podman";
  LookUpNames(host.view(), host.state(), &config, FakeHost::kEngine, identity, labels);
  return identity;
}

TEST(LookUpNames, TakesPodmansNameFromConmonAndItsImageFromTheContainersOwnFile) {
  const FakeHost host;
  using namespace std::string_literals;
  host.Write("proc/500/cmdline", "/usr/bin/conmon\0--api-version\0001\0-n\0web\0--exit-dir\0/x\0"s);
  host.Write(kContainerEnv, "engine=\"podman-4.3.1\"\nname=\"web\"\nimage=\"docker.io/shop:1\"\n");
  EXPECT_EQ(OfPodman(host).name, "web");
  EXPECT_EQ(OfPodman(host).image, "docker.io/shop:1");
}

/// A container's owner may bind whatever they like there; then Podman does not.
TEST(LookUpNames, BelievesOnlyTheFileThatPodmanMadeForThatContainer) {
  const FakeHost host;
  const std::string text = "image=\"x/postgres:1\"\n";
  for (const char* file :
       {"fake", "web/.containerenv", "web/userdata/.containerenv",
        "overlay-containers/db/userdata/.containerenv", "overlay-containers/web/userdata/fake"}) {
    host.Write(file, text);
    EXPECT_EQ(OfPodman(host, file).image, "") << file;
  }
  host.Write(kContainerEnv, text);
  EXPECT_EQ(OfPodman(host).image, "x/postgres:1");
  ASSERT_EQ(chmod((host.path() + "/overlay-containers/web").c_str(), 0777), 0);
  EXPECT_EQ(OfPodman(host).image, "") << "anybody may have put it there";
}

TEST(LookUpNames, WaitsForNoPipeAndFollowsNoLink) {
  const FakeHost host;
  host.Write("overlay-containers/web/userdata/other", "image=\"x/postgres:1\"\n");
  const std::string file = host.path() + "/" + kContainerEnv;
  ASSERT_EQ(symlink("other", file.c_str()), 0);
  EXPECT_EQ(OfPodman(host).image, "");
  ASSERT_EQ(unlink(file.c_str()), 0);
  ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
  EXPECT_EQ(OfPodman(host).image, "");

  host.Write("containers/web/hostname", "web");
  ASSERT_EQ(mkfifo((host.path() + "/containers/web/config.v2.json").c_str(), 0600), 0);
  OciConfig config;
  config.mounts = {{.destination = "/etc/hostname",
                    .type = "bind",
                    .source = host.path() + "/containers/web/hostname",
                    .options = {}}};
  Annotations labels;
  EngineIdentity identity;
  identity.engine = "docker";
  LookUpNames(host.view(), host.state(), &config, FakeHost::kEngine, identity, labels);
  EXPECT_EQ(identity.image, "");
}

TEST(LookUpNames, TakesDockersFromBesideTheHostnameFileOfThatContainer) {
  const FakeHost host;
  host.Write("containers/web/config.v2.json",
             R"({"Name":"/shop","State":{},"Config":{"Image":"shop/api:1.4",
                 "Labels":{"tier":"web","n":7}}})");
  OciConfig config;
  config.mounts = {{.destination = "/etc/hostname",
                    .type = "bind",
                    .source = host.path() + "/containers/web/hostname",
                    .options = {}}};
  Annotations labels;
  EngineIdentity identity;
  identity.engine = "docker";
  LookUpNames(host.view(), host.state(), &config, FakeHost::kEngine, identity, labels);
  EXPECT_EQ(identity.name, "shop");
  EXPECT_EQ(identity.image, "shop/api:1.4");
  EXPECT_EQ(labels, (Annotations{{"tier", "web"}}));

  EngineIdentity other;
  other.engine = "docker";
  OciState foreign = host.state();
  foreign.id = "db";
  LookUpNames(host.view(), foreign, &config, FakeHost::kEngine, other, labels);
  EXPECT_EQ(other.name, "") << "that folder is another container's";
}

TEST(LookUpNames, TakesCriOsLabelsFromItsAnnotation) {
  const FakeHost host;
  OciState state = host.state();
  state.annotations["io.kubernetes.cri-o.Labels"] = R"({"app":"web"})";
  Annotations labels;
  EngineIdentity identity;
  identity.engine = "cri-o";
  LookUpNames(host.view(), state, nullptr, FakeHost::kEngine, identity, labels);
  EXPECT_EQ(labels, (Annotations{{"app", "web"}}));
  state.annotations["io.kubernetes.cri-o.Labels"] = "nonsense";
  LookUpNames(host.view(), state, nullptr, FakeHost::kEngine, identity, labels);
  EXPECT_TRUE(labels.empty());
}

TEST(LookUpNames, WhatCannotBeReadStaysEmpty) {
  const FakeHost host;
  for (const char* engine : {"podman", "docker", "runc"}) {
    Annotations labels;
    EngineIdentity identity;
    identity.engine = engine;
    LookUpNames(host.view(), host.state(), nullptr, 99999, identity, labels);
    EXPECT_EQ(identity.name, "");
    EXPECT_EQ(identity.image, "");
  }
}

TEST(ArgumentBehind, FindsAWholeArgumentOnly) {
  using namespace std::string_view_literals;
  EXPECT_EQ(ArgumentBehind("conmon\0-n\0web\0"sv, "-n"), "web");
  EXPECT_EQ(ArgumentBehind("conmon\0--no-pivot\0x\0"sv, "-n"), std::nullopt);
  EXPECT_EQ(ArgumentBehind("conmon\0-n\0"sv, "-n"), std::nullopt);
  EXPECT_EQ(ArgumentBehind("-n\0web\0"sv, "-n"), std::nullopt) << "that is the program's name";
  EXPECT_EQ(ArgumentBehind("", "-n"), std::nullopt);
}

TEST(DockerNames, RefusesAnotherKindOfFile) {
  EXPECT_FALSE(ParseDockerNames(R"({"Name":7})", "config.v2.json"));
  EXPECT_FALSE(ParseDockerNames("nonsense", "config.v2.json"));
  EXPECT_EQ(ParseDockerNames("{}", "config.v2.json")->name, "");
}

}  // namespace
}  // namespace headroom
