#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "capture/journal.h"
#include "container/enrolment/enrolment.h"
#include "evidence/store.h"

namespace headroom {

/// host/kubelet.log: what the kubelet has written of evictions since `since`, where one of its
/// lines names the container's pod. Only what the kubelet's own units wrote as root counts: anybody
/// can write to the journal under any other name. Unavailable with the reason where the container
/// is in no pod, where the journal cannot be read, and where nothing there is about this pod.
///
/// Blocks on the disk, for at most 2 s. Any thread but the event loop's. `journal_dir` is empty for
/// this machine's journal.
[[nodiscard]] Section ReadKubeletSection(const Enrolment& container, WallTime since,
                                         const std::string& journal_dir = "");

/// The same of what was read. Pure.
[[nodiscard]] Section KubeletSectionOf(const PodName& pod, const Result<JournalSlice>& read);

}  // namespace headroom
