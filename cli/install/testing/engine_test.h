#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "cli/install/testing/engine_machine.h"

namespace headroom {

/// `headroom install ENGINE` and `uninstall ENGINE`, on a machine of its own for each test.
class EngineTest : public testing::Test {
 protected:
  explicit EngineTest(std::string engine) : engine_(std::move(engine)) {}

  [[nodiscard]] EngineMachine::Ran Install(std::vector<std::string> more = {}) const {
    return Run("install", std::move(more));
  }
  [[nodiscard]] EngineMachine::Ran Uninstall(std::vector<std::string> more = {}) const {
    return Run("uninstall", std::move(more));
  }
  static void ExpectSays(const EngineMachine::Ran& ran, int status, const std::string& words) {
    EXPECT_EQ(ran.status, status) << ran.out << ran.err;
    EXPECT_NE((ran.out + ran.err).find(words), std::string::npos) << ran.out << ran.err;
  }

  EngineMachine machine_;

 private:
  [[nodiscard]] EngineMachine::Ran Run(const std::string& verb,
                                       std::vector<std::string> more) const {
    more.insert(more.begin(), {verb, engine_});
    return machine_.Run(std::move(more));
  }

  std::string engine_;
};

}  // namespace headroom
