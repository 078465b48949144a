#include <algorithm>

#include "evidence/redact/records.h"
#include "evidence/self_account.h"
#include "evidence/slabs.h"
#include "evidence/snapshot.h"

namespace headroom {

RedactedRecord RedactedSnapshot(const std::string& bytes, CopyNames& names) {
  auto snapshot = ParseSnapshot(bytes, "");
  if (!snapshot) return std::nullopt;
  snapshot->cgroup = names.Cgroup(snapshot->cgroup);
  return SerializeSnapshot(*snapshot);
}

RedactedRecord RedactedProcesses(const std::string& bytes, CopyNames& names) {
  auto table = ParseProcesses(bytes, "");
  if (!table) return std::nullopt;
  for (ProcessRow& row : table->processes) {
    row.comm = names.Process(row.comm);
    row.cgroup = names.Cgroup(row.cgroup);
  }
  return SerializeProcesses(*table);
}

/// Caches are the kernel's. Where a cgroup has one of its own, before Linux 5.9, its name stands
/// behind the cache's in parentheses.
RedactedRecord RedactedSlabs(const std::string& bytes, CopyNames& names) {
  auto table = ParseSlabs(bytes, "");
  if (!table) return std::nullopt;
  for (SlabRow& row : table->caches) {
    if (names.HidesNames()) row.name.resize(std::min(row.name.find('('), row.name.size()));
  }
  return SerializeSlabs(*table);
}

RedactedRecord RedactedSelf(const std::string& bytes, CopyNames& /*names*/) {
  const auto account = ParseSelfAccount(bytes, "");
  return account ? RedactedRecord(SerializeSelfAccount(*account)) : std::nullopt;
}

}  // namespace headroom
