#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace headroom {

/// Docker's daemon.json and headroom-runtime in it. All here is pure: text in, text out; every byte
/// that is not ours stays. `where` names the file for errors, which are kMalformed and have line
/// and column. A text of blanks alone counts as no file, as it does for dockerd since 23.0.

/// A runtime of dockerd's: a program and arguments before those of each call.
struct DockerRuntime {
  std::string path;
  std::vector<std::string> args;
};

/// The name under which Headroom is registered.
inline constexpr std::string_view kDockerRuntime = "headroom";

/// What a daemon.json says, as far as it matters here.
struct DockerDaemon {
  std::optional<DockerRuntime> headroom;       ///< what stands under our name; nullopt: nothing
  std::optional<std::string> default_runtime;  ///< nullopt: dockerd's own, runc
  std::optional<std::string> data_root;  ///< "data-root", or "graph" of old; nullopt: not said

  /// Whether what stands under our name is Headroom's program `wrapper`, wherever it lies.
  [[nodiscard]] bool Has(std::string_view wrapper) const;
  [[nodiscard]] bool IsDefault() const { return default_runtime == kDockerRuntime; }
};
[[nodiscard]] Result<DockerDaemon> ReadDockerDaemon(std::string_view text, std::string_view where);

/// A runtime that the file defines under `name`. nullopt: it defines none with a program of its
/// own.
[[nodiscard]] Result<std::optional<DockerRuntime>> DockerRuntimeNamed(std::string_view text,
                                                                      std::string_view where,
                                                                      const std::string& name);

enum class AsDefault : bool { kNo, kYes };

/// The text with the runtime in it. The same bytes where all is there already; a runtime of our
/// name is left as it is.
[[nodiscard]] Result<std::string> WithDockerRuntime(std::string_view text, std::string_view where,
                                                    const DockerRuntime& runtime,
                                                    AsDefault as_default);

/// The text without it. Where it is the default, that is what `earlier` says (the text before it
/// was registered; empty: not known or none), as far as it can be had still, else dockerd's own.
[[nodiscard]] Result<std::string> WithoutDockerRuntime(std::string_view text,
                                                       std::string_view where,
                                                       std::string_view earlier);

}  // namespace headroom
