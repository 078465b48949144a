#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>

#include <string>

#include "base/file.h"
#include "container/testing/fake_host.h"
#include "fix/fix.h"

namespace headroom {

/// A container on a fake host, and what a fix may touch of it.
class FixFixture : public testing::Test {
 protected:
  FixFixture() {
    const OciConfig config = FakeHost::config();
    facts_ = CollectFacts(host_.surroundings(), host_.state(), &config).value();
    context_.host = host_.view();
    context_.self = FakeHost::kHook;
    context_.host_shm = host_.path() + "/host-shm";
  }

  /// A file of the container's cgroup.
  [[nodiscard]] std::string Cgroup(const std::string& file) const {
    return ReadFileAt(AT_FDCWD, host_.path() + "/cg" + FakeHost::kCgroup + "/" + file, 100)
        .value_or("");
  }
  void SetCgroup(const std::string& file, const std::string& text) const {
    host_.Write(std::string("cg") + FakeHost::kCgroup + "/" + file, text + "\n");
  }
  [[nodiscard]] FixOutcome Apply(const Fix& fix, Mode mode = Mode::kTripwire) {
    return ApplyFix(context_, mode, fix, facts_);
  }
  /// The same, expected to be refused with a text that has `part` in it.
  void ExpectNotFixed(const Fix& fix, const std::string& part) {
    const FixOutcome outcome = Apply(fix);
    EXPECT_EQ(outcome.result, FixOutcome::Result::kNotFixed) << outcome.text;
    EXPECT_TRUE(outcome.text.starts_with("not fixed: ")) << outcome.text;
    EXPECT_NE(outcome.text.find(part), std::string::npos) << outcome.text;
  }

  FakeHost host_;
  ContainerFacts facts_;
  FixContext context_;
};

}  // namespace headroom
