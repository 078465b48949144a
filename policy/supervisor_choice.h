#pragma once

#include <optional>
#include <string_view>

namespace headroom {

/// Who watches a container. From policy.
enum class SupervisorChoice {
  kAuto,      ///< as kEmbedded, but not where headroomd was told to end or is masked (default)
  kSystem,    ///< headroomd, as an administrator or systemd has started it, or nobody
  kEmbedded,  ///< where none listens, one is started that ends when nothing is left to watch
  kNone,      ///< nobody: it is checked, fixed or refused, and not enrolled
};
[[nodiscard]] std::string_view SupervisorChoiceName(SupervisorChoice choice);
[[nodiscard]] std::optional<SupervisorChoice> ParseSupervisorChoice(std::string_view name);

}  // namespace headroom
