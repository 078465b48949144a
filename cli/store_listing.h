#pragma once

#include "base/result.h"
#include "cli/environment.h"
#include "evidence/store.h"

namespace headroom {

/// What is in the store. Folders that cannot be read are passed over and told in one line on the
/// error stream, so that one of them keeps nobody from all others. Where nothing else is there,
/// they are the error.
[[nodiscard]] Result<Store::Listing> ListStore(const Environment& environment, const Store& store);

}  // namespace headroom
