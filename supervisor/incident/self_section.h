#pragma once

#include "evidence/self_account.h"
#include "evidence/store.h"
#include "supervisor/incident/incident.h"

namespace headroom {

/// self.json: what watching this container cost, and how late it was. In the thread that writes,
/// last but for the verdict: the bundle is assembled by then, and not yet written.
[[nodiscard]] Section SelfSection(const HostView& host, const CapturedIncident& incident);

/// The same, with the moment as an argument.
[[nodiscard]] SelfAccount AccountOf(const HostView& host, const CapturedIncident& incident,
                                    BootTime now);

}  // namespace headroom
