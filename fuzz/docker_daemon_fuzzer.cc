#include "base/text.h"
#include "fix/register/docker_daemon.h"
#include "fuzz/fuzz.h"

namespace {

using namespace headroom;

/// What an error has to be, whatever was wrong.
void RequireClear(const Error& error) {
  Require(error.code == ErrorCode::kMalformed);
  Require(error.Message().find('\n') == std::string::npos);
}

/// Registered and undone: the same bytes, but where null stood or a default that dockerd would not
/// know again.
void CheckOneWay(std::string_view text, const DockerDaemon& before, AsDefault as_default) {
  const DockerRuntime runtime{.path = "/usr/lib/headroom/headroom-runtime",
                              .args = {"--headroom-runtime", "/usr/bin/runc"}};
  const auto after = WithDockerRuntime(text, "daemon.json", runtime, as_default);
  if (!after) return RequireClear(after.error());
  const auto says = ReadDockerDaemon(*after, "daemon.json");
  Require(says.has_value() && says->headroom.has_value());
  Require(as_default == AsDefault::kNo || says->IsDefault());
  Require(WithDockerRuntime(*after, "daemon.json", runtime, as_default) == *after);
  const auto undone = WithoutDockerRuntime(*after, "daemon.json", text);
  Require(undone.has_value());
  const auto left = ReadDockerDaemon(*undone, "daemon.json");
  Require(left.has_value() && !left->headroom.has_value() && !left->IsDefault());
  const bool exact = !before.headroom && !before.default_runtime && !Trimmed(text).empty() &&
                     text.find("null") == std::string_view::npos;
  Require(!exact || *undone == text);
}

}  // namespace

HEADROOM_FUZZ(text) {
  const auto before = ReadDockerDaemon(text, "daemon.json");
  if (!before) return RequireClear(before.error());
  CheckOneWay(text, *before, AsDefault::kNo);
  CheckOneWay(text, *before, AsDefault::kYes);
}
