#include "cli/install/dependents.h"

#include <gtest/gtest.h>

#include "cli/install/testing/engine_machine.h"

namespace headroom {
namespace {

constexpr std::string_view kKind = "headroom.dev/memory";

TEST(CountedNames, CountsAllAndNamesTheFirst) {
  EXPECT_EQ(CountedNames({"web"}, "container", "of it"), "has 1 container of it: web");
  EXPECT_EQ(CountedNames({"web", "db"}, "pod", "of it"), "has 2 pods of it: web db");
  const std::string many = CountedNames(Dependents(23, "x"), "pod", "of it");
  EXPECT_TRUE(many.ends_with(" x x (and 3 more)")) << many;
}

TEST(ContainersMadeWithDevice, AreThoseWhoseCommandNamesIt) {
  const auto found = ContainersMadeWithDevice(
      R"([{"Id":"1","Name":"web","Config":{"CreateCommand":["podman","run","--device",
            "headroom.dev/memory=watch","box"]}},
          {"Id":"2","Name":"/db","Config":{"CreateCommand":["podman","create",
            "--device=headroom.dev/memory=watch","box"]}},
          {"Id":"3","Config":{"CreateCommand":["headroom.dev/memory=watch"]}},
          {"Id":"4","Name":"other","Config":{"CreateCommand":["podman","run","--device",
            "vendor.example/memory=watch","headroom.dev/memory","headroom.dev/memory2=watch"]}},
          {"Id":"5","Name":"socket","Config":{}},{"Id":"6","Name":"odd","Config":7}])",
      kKind, "podman");
  ASSERT_TRUE(found) << found.error().Message();
  EXPECT_EQ(*found, (Dependents{"web", "db", "3"}));
  EXPECT_EQ(*ContainersMadeWithDevice("[]", kKind, "podman"), Dependents{});
}

TEST(ContainersMadeWithDevice, RefusesWhatIsNoListOfContainers) {
  for (const char* text : {"", "{}", "[7]", "null", "[[]]"}) {
    EXPECT_FALSE(ContainersMadeWithDevice(text, kKind, "podman")) << text;
  }
}

class Tasks : public testing::Test {
 protected:
  void Write(const std::string& task, const std::string& file, const std::string& text) const {
    machine_.Write("tasks/" + task + "/" + file, text);
  }
  [[nodiscard]] ContainerdTasks Found() { return TasksOfHeadroom(machine_.engines()).value(); }

  EngineMachine machine_;
};

TEST_F(Tasks, WithoutAnyThereIsNothing) {
  EXPECT_EQ(Found().pods, Dependents{});
  EXPECT_EQ(Found().others, Dependents{});
}

TEST_F(Tasks, AreThoseThatTheShimStartedWithOurRuntime) {
  constexpr const char* kPod =
      R"({"annotations":{"io.kubernetes.cri.sandbox-namespace":"shop",
                         "io.kubernetes.cri.sandbox-name":"api-7f"}})";
  Write("k8s.io/1", "runtime", "/usr/lib/headroom/headroom-runtime");
  Write("k8s.io/1", "config.json", kPod);
  Write("k8s.io/2", "options.json", R"({"binary_name":"/usr/lib/headroom/headroom-runtime"})");
  Write("k8s.io/2", "config.json", kPod);
  Write("k8s.io/3", "runtime", "runc");
  Write("k8s.io/4", "runtime", "/usr/lib/headroom/headroom-runtime\n");
  Write("default/web", "runtime", "/usr/lib/headroom/headroom-runtime");
  Write("default/db", "options.json", "{");
  Write("moby/5", "runtime", "/usr/lib/headroom/headroom-runtime");
  EXPECT_EQ(Found().pods, Dependents{"shop/api-7f"}) << "once, for both of its containers";
  EXPECT_EQ(Found().others, (Dependents{"default/web", "k8s.io/4"}));
}

}  // namespace
}  // namespace headroom
