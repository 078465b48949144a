#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "container/enrolment/enrolment.h"
#include "container/facts/facts.h"
#include "fix/fix.h"
#include "policy/decide.h"
#include "policy/layers/layer.h"

namespace headroom {

/// What becomes of something that is about to start: a container, or a command of `headroom run`.
struct Admission {
  std::optional<Finding> denial;      ///< it is not to start
  std::vector<std::string> warnings;  ///< of how its policy came about; escaped
  Enrolment record;                   ///< to be enrolled; of a denial, to be kept
  SupervisorChoice supervisor = SupervisorChoice::kAuto;
};

struct AdmitOptions {
  std::optional<std::uint64_t> facts_us;  ///< what collecting them took, for the record
  /// Called once policy allows the start, and before the fixes, which may take long; not called
  /// where it is denied at once. A fix may still bring about a denial.
  std::function<void()> before_fixes = [] {};
};

/// Judges `facts` by `policy` and makes the fixes it asks for, which bring `facts` up to date.
[[nodiscard]] Admission Admit(const PolicyLayer& policy, const FixContext& context,
                              ContainerFacts& facts, const AdmitOptions& options);

}  // namespace headroom
