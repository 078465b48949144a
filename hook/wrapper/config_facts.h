#pragma once

#include <string>

#include "container/facts.h"
#include "container/oci_config.h"

namespace headroom {

/// The facts that a config.json alone gives (FactsSource::kConfig), for a container that is about
/// to be made by it. Pure.
[[nodiscard]] ContainerFacts FactsBeforeStart(const OciConfig& config, const std::string& id,
                                              const std::string& bundle, CgroupVersion version);

}  // namespace headroom
