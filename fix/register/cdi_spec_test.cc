#include "fix/register/cdi_spec.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

constexpr const char* kHook = "/usr/lib/headroom/headroom-hook";

TEST(CdiSpec, WhatWeWriteIsWhatWeRead) {
  const auto spec = ReadCdiSpec(CdiSpecText({.program = kHook, .more = {}}), "headroom.json");
  ASSERT_TRUE(spec) << spec.error().Message();
  EXPECT_EQ(spec->kind, kCdiKind);
  EXPECT_EQ(spec->programs, (std::vector<std::string>{kHook, kHook}));
  EXPECT_TRUE(spec->Calls("/elsewhere/headroom-hook"));
  EXPECT_FALSE(spec->Calls("/usr/bin/other"));
}

TEST(CdiSpec, HooksOfTheWholeSpecificationCountToo) {
  const auto spec = ReadCdiSpec(
      R"({"kind":"a.b/c","containerEdits":{"hooks":[{"path":"/x"}]},"devices":[{},{"containerEdits":{}}]})",
      "x.json");
  ASSERT_TRUE(spec) << spec.error().Message();
  EXPECT_EQ(spec->programs, std::vector<std::string>{"/x"});
}

TEST(CdiSpec, WhatIsNoneIsAnErrorInOneLine) {
  for (const char* text :
       {"", "[]", "{}", R"({"kind":1})", R"({"kind":"a/b","devices":{}})",
        R"({"kind":"a/b","devices":[1]})", R"({"kind":"a/b","containerEdits":[]})",
        R"({"kind":"a/b","containerEdits":{"hooks":[1]}})",
        R"({"kind":"a/b","containerEdits":{"hooks":[{}]}})"}) {
    const auto spec = ReadCdiSpec(text, "x.json");
    ASSERT_FALSE(spec) << text;
    EXPECT_EQ(spec.error().code, ErrorCode::kMalformed);
    EXPECT_EQ(spec.error().Message().find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace headroom
