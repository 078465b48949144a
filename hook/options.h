#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace headroom {

/// When the runtime calls the hook (runtime-spec, "POSIX-platform Hooks").
enum class Stage {
  kPrestart,       ///< deprecated by the specification, still what some engines have
  kCreateRuntime,  ///< the same work as kPrestart
  kPoststop,       ///< the container is gone, its cgroup too
  kLxcStartHost,   ///< LXC: set up, its limits written, immediately before its init runs
  kLxcStop,        ///< LXC: its processes have ended, its cgroup is still there
  kLxcPostStop,    ///< LXC: it is gone
};
[[nodiscard]] std::string_view StageName(Stage stage);
/// Whether LXC calls it: then who the container is stands in the environment, and not on standard
/// input.
[[nodiscard]] bool IsOfLxc(Stage stage);

/// What happens to a container when Headroom itself fails. Set at install, because the policy may
/// be what is broken.
enum class OnError {
  kOpen,    ///< it starts, with a warning
  kClosed,  ///< it does not start
};

/// sysexits(3), and one of our own for a denial so that crun's users can tell it from a crash.
struct HookStatus {
  static constexpr int kAllowed = 0;
  static constexpr int kUsage = 64;
  static constexpr int kInternalError = 70;
  static constexpr int kDenied = 78;
};

struct Options {
  std::optional<Stage> stage;  ///< nullopt: not understood, see `error`
  OnError on_error = OnError::kOpen;
  std::string error;  ///< one line; empty when the arguments are good
};

/// Arguments without the program's name. LXC's stages are two words, "lxc start-host", behind which
/// LXC puts arguments of its own: those are not looked at. `--on-error` is looked for even where
/// another argument is wrong, since it says what a mistake may cost.
[[nodiscard]] Options ParseOptions(std::span<const char* const> arguments);

}  // namespace headroom
