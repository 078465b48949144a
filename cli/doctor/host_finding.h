#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// How a thing that was looked at stands.
enum class Health {
  kGood,
  kNote,    ///< as it may be, with a consequence to know of
  kLack,    ///< something that Headroom does is not done here
  kUnknown  ///< this user may not see it
};

/// One thing that `headroom doctor` has looked at. All texts are ready to print.
struct HostFinding {
  std::string topic;  ///< "cgroup", "vm.panic_on_oom": never longer than kLongestTopic
  Health health = Health::kGood;
  std::string found;        ///< what there is
  std::string consequence;  ///< what follows from it; empty where all is well
  std::string cure;         ///< one sentence or command; empty where there is none to give

  static constexpr std::size_t kLongestTopic = 28;
};
using HostFindings = std::vector<HostFinding>;

/// "good", "note", "lack", "unknown".
[[nodiscard]] std::string_view HealthName(Health health);

/// For people, 80 columns: a line each, what follows and what to do below it.
[[nodiscard]] std::string FindingsText(const HostFindings& findings);

}  // namespace headroom
