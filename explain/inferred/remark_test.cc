#include "explain/inferred/remark.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

const std::string kId = std::string(60, 'a') + "0123";
const std::string kOther = std::string(64, 'b');
const std::string kForced = "failed to exit within 10s of signal 15 - using the force";

std::optional<RemarkKind> Of(const std::string& speaker, const std::string& text) {
  return KindOfRemark({.at = {}, .speaker = speaker, .text = text}, kId);
}

TEST(KindOfRemark, KnowsTheWholeFormsOfEverySpeaker) {
  const std::string head = R"(time="2026-11-21T03:12:44.1Z" level=info msg=")";
  EXPECT_EQ(Of("dockerd", "Container " + kId + " " + kForced), RemarkKind::kStopForced);
  EXPECT_EQ(Of("dockerd", head + "Container " + kId + " " + kForced + "\""),
            RemarkKind::kStopForced);
  EXPECT_EQ(Of("dockerd", head + "Container " + kForced + "\" container=" + kId + " error=x"),
            RemarkKind::kStopForced);
  const std::string time = "2026-11-21 03:12:43.5 +0000 UTC m=+0.05";
  EXPECT_EQ(Of("podman", time + " container stop " + kId + " (image=a, name=web)"),
            RemarkKind::kStopAsked);
  EXPECT_EQ(Of("podman", time + " container kill " + kId + " (image=a, name=web)"),
            RemarkKind::kKillAsked);
  EXPECT_EQ(Of("systemd-oomd", "Killed /system.slice/docker-" + kId + ".scope due to memory"),
            RemarkKind::kOomd);
  EXPECT_EQ(Of("systemd-oomd", "Killed /a.slice/libpod-" + kId + ".scope/container due to memory"),
            RemarkKind::kOomd);
  EXPECT_EQ(
      Of("systemd-oomd", "Killed /a.slice/libpod-" + kId + ".scope/container/x due to memory"),
      RemarkKind::kOomdInside);
  EXPECT_EQ(Of("systemd-oomd", "Killed /system.slice/docker-" + kId + ".scope/x.scope due to swap"),
            RemarkKind::kOomdInside);
  EXPECT_EQ(Of("systemd", "docker-" + kId + ".scope: systemd-oomd killed 2 process(es)"),
            RemarkKind::kOomd);
  EXPECT_EQ(Of("systemd", "libpod-" + kId +
                              ".scope: A process of this unit has been killed by the OOM killer."),
            RemarkKind::kUnitOom);
}

TEST(KindOfRemark, WhatARemarkRepeatsOfOthersIsNotBelieved) {
  EXPECT_FALSE(Of("dockerd", "web says: Container " + kId + " " + kForced));
  EXPECT_FALSE(
      Of("dockerd", R"(time="x" level=info msg="\"Container )" + kId + " " + kForced + "\""));
  EXPECT_FALSE(Of("dockerd", R"(time="x" level=info msg="Container )" + kForced +
                                 "\" container=" + kOther + " x=\" container=" + kId + "\""));
  const std::string event = "2026-11-21 03:12:43 +0000 UTC container died " + kOther;
  EXPECT_FALSE(Of("podman", event + " (image=a, name=x, label= container stop " + kId + " ()"));
  EXPECT_FALSE(Of("podman", "2026 image pull x (label= container stop " + kId + " ()"));
  EXPECT_FALSE(Of("podman", " container stop " + kId + " (image=a)")) << "no event without a time";
  EXPECT_FALSE(Of("systemd-oomd", "Killed /system.slice/docker-" + kOther + ".scope/docker-" + kId +
                                      ".scope due to memory"));
  EXPECT_FALSE(Of("systemd", "Started docker-" + kId + ".scope: systemd-oomd killed 2"));
  EXPECT_FALSE(Of("cat", "Container " + kId + " " + kForced));
}

TEST(KindOfRemark, TakesAnyText) {
  for (const std::string& text :
       {std::string(), std::string("time=\""), std::string("time=\"x\" level="),
        std::string("time=\"x\" level=info msg=\"\\"), std::string("Container "),
        std::string("Killed "), std::string(": "), std::string(5000, 'x')}) {
    for (const char* speaker : {"dockerd", "podman", "systemd-oomd", "systemd"}) {
      EXPECT_FALSE(Of(speaker, text)) << speaker << text;
    }
  }
}

}  // namespace
}  // namespace headroom
