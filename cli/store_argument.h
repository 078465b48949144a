#pragma once

#include <string>

namespace headroom {

/// What is wrong with the argument of --store, empty: nothing. A mistyped folder must not be
/// answered like an empty store. One that this user may not look into is left to whoever reads it.
[[nodiscard]] std::string RefuseNoStore(const std::string& path);

}  // namespace headroom
