#pragma once

#include <string>

#include "base/result.h"

namespace headroom {

/// Leaves the symbolic link `headroom` in an OCI bundle directory, pointing to `target`, the
/// container's folder in the store: evidence then lies alongside the container and outlives it.
///
/// Only where every directory from "/" down belongs to root or to this user and is not writable by
/// others, so that nobody can lead the link elsewhere; never through a symbolic link, never in
/// "/". Anything that has the name already is left alone, which is success.
[[nodiscard]] Status LinkFromBundle(const std::string& bundle_dir, const std::string& target);

}  // namespace headroom
