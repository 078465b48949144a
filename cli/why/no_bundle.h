#pragma once

#include <optional>
#include <vector>

#include "cli/ended_record.h"
#include "cli/environment.h"
#include "cli/why/why.h"
#include "explain/verdict.h"

namespace headroom {

/// Answers for a container that Headroom knows nothing of, from the kernel's log, the journal and
/// the engines' files; returns how the command ends. nullopt: those do not know it either, and
/// nothing was printed.
[[nodiscard]] std::optional<int> TellWithoutBundle(const Environment& environment,
                                                   const WhyOptions& options);

/// The same of those that an engine knows, whose files say when it ran: nothing of an earlier life
/// is taken for this one's. `last_line` is for people alone.
[[nodiscard]] std::optional<int> TellOfEngines(const Environment& environment,
                                               const WhyOptions& options,
                                               const std::string& last_line);

/// What the kernel's logs say of a container that ended without a bundle.
[[nodiscard]] std::vector<Statement> LogsOfEnded(const Environment& environment,
                                                 const EndedRecord& ended);

}  // namespace headroom
