#pragma once

#include <optional>
#include <string>

#include "container/enrolment/enrolment.h"
#include "evidence/store.h"

namespace headroom {

/// One file of a bundle, of at most 1 MiB. No link is followed.
[[nodiscard]] Result<std::string> ReadFileIn(const BundleEntry& bundle, const char* name);
/// The same; nullopt when it cannot be read.
[[nodiscard]] std::optional<std::string> ReadFileOf(const BundleEntry& bundle, const char* name);

/// The container that a bundle is of, by its container.json; nullopt when that cannot be read.
[[nodiscard]] std::optional<Enrolment> ContainerOf(const BundleEntry& bundle);

}  // namespace headroom
