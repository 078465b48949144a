#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace headroom {

/// containerd's config.toml and a runtime handler in it for headroom-runtime, as the CRI plugin
/// (Kubernetes) reads it. All here is pure: text in, text out; every byte that is not ours stays.
/// `where` names the file for errors. A text without any key counts as no file.
///
/// Read in containerd's source: 1.6.20 (version 2), 2.0 to 2.3 (3, and 4, which has the same table
/// in the same place).

/// The name of the handler, for a RuntimeClass.
inline constexpr std::string_view kContainerdHandler = "headroom";

/// What a config.toml says, as far as it matters here.
struct ContainerdConfig {
  std::int64_t version = 1;  ///< 1 is what containerd takes where none is said
  bool empty = false;        ///< no key at all
  struct Handler {
    std::string type;    ///< "io.containerd.runc.v2"; empty: not said
    std::string binary;  ///< options.BinaryName; empty: not said
  };
  std::optional<Handler> headroom;    ///< what stands under our name; nullopt: nothing
  std::string default_name = "runc";  ///< the handler of pods without a RuntimeClass
  std::optional<Handler> by_default;  ///< nullopt: the file does not have that one
  bool imports = false;               ///< other files are read too, and win
  bool cri_disabled = false;

  /// Whether what stands under our name starts Headroom's program `wrapper`, wherever it lies.
  [[nodiscard]] bool Has(std::string_view wrapper) const;
};
[[nodiscard]] Result<ContainerdConfig> ReadContainerdConfig(std::string_view text,
                                                            std::string_view where);

/// The text with a handler behind everything else that starts `wrapper`, else with the settings of
/// the handler that is the default, as far as that is runc's too: with SystemdCgroup in one and not
/// in the other, pods would not start. The same bytes where one of our name is there.
///
/// Where the file names no handler, containerd's own default is written as well: containerd up to
/// 1.7 forgets it as soon as a file names any, and its CRI plugin does not load then.
///
/// kDenied for a version that has no such table, and where the table cannot be added as text, as in
/// one that is written inline.
[[nodiscard]] Result<std::string> WithContainerdHandler(std::string_view text,
                                                        std::string_view where,
                                                        std::string_view wrapper);

/// The text without it, and without the default that was written with it, unless other handlers
/// came in between. kDenied where it is not written as a table of its own.
[[nodiscard]] Result<std::string> WithoutContainerdHandler(std::string_view text,
                                                           std::string_view where);

}  // namespace headroom
