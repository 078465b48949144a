#include "fix/register/containerd_config.h"
#include "fuzz/fuzz.h"

namespace {

using namespace headroom;

constexpr std::string_view kWrapper = "/usr/lib/headroom/headroom-runtime";

/// What an error has to be, whatever was wrong.
void RequireClear(const Error& error) {
  Require(error.code == ErrorCode::kMalformed || error.code == ErrorCode::kDenied);
  Require(error.Message().find('\n') == std::string::npos);
}

/// Added behind everything else, found again, and taken out to the byte.
void CheckRoundTrip(std::string_view text) {
  const auto after = WithContainerdHandler(text, "config.toml", kWrapper);
  if (!after) return RequireClear(after.error());
  Require(after->starts_with(text));
  const auto says = ReadContainerdConfig(*after, "config.toml");
  Require(says.has_value() && says->Has(kWrapper));
  Require(WithContainerdHandler(*after, "config.toml", kWrapper) == *after);
  const auto undone = WithoutContainerdHandler(*after, "config.toml");
  if (!undone) return RequireClear(undone.error());
  const auto left = ReadContainerdConfig(*undone, "config.toml");
  Require(left.has_value() && !left->headroom);
}

}  // namespace

HEADROOM_FUZZ(text) {
  const auto before = ReadContainerdConfig(text, "config.toml");
  if (!before) return RequireClear(before.error());
  if (!before->headroom) return CheckRoundTrip(text);
  const auto without = WithoutContainerdHandler(text, "config.toml");
  if (!without) return RequireClear(without.error());
  const auto left = ReadContainerdConfig(*without, "config.toml");
  Require(left.has_value() && !left->headroom);
}
