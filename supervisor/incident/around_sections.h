#pragma once

#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "evidence/store.h"
#include "kernel/host_view.h"
#include "supervisor/incident/incident.h"

namespace headroom {

/// What changes after a kill and is not gone at once: the host's figures, the survivors, what the
/// container, systemd and the kubelet wrote, the recorder's samples. Read once for an incident, and
/// kept while the store does not take it. What is read too late to tell of the kill (LateBy()) says
/// so in its row instead. In the thread that writes; waits for the disk, and for systemd.
[[nodiscard]] std::shared_ptr<const std::vector<Section>> ReadAround(
    const HostView& host, const CapturedIncident& incident, BootTime now);

/// The same without what takes most, for want of room, `why` in its rows: the samples stay. Pure.
[[nodiscard]] std::shared_ptr<const std::vector<Section>> LeastOfAround(
    const std::vector<Section>& around, const std::string& why);

}  // namespace headroom
