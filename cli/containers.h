#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/ended_record.h"
#include "container/enrolment/enrolment.h"
#include "container/enrolment/registry_dir.h"
#include "evidence/store.h"

namespace headroom {

/// One container as the command knows it: from its bundles, its live enrolment, or the note that
/// the supervisor left when it ended. Several incarnations of one name (`--rm` and start anew) are
/// several of these.
struct KnownContainer {
  std::string engine;
  std::string id;
  std::string name;                  ///< empty when the engine gave it none
  std::vector<std::string> aliases;  ///< see container/engine/aliases.h
  std::vector<BundleEntry> bundles;  ///< newest first
  std::optional<Enrolment> live;     ///< enrolled now; its init may be dead
  std::optional<EndedRecord> ended;

  [[nodiscard]] const std::string& DisplayName() const { return name.empty() ? id : name; }
};

/// Who a folder of the store is of, by its name alone.
[[nodiscard]] KnownContainer KnownByFolder(const std::string& container_dir);

/// Those that the bundles of a store are of; `bundles` are newest first. Bundles whose
/// container.json cannot be read are known by the id in their folder's name.
[[nodiscard]] std::vector<KnownContainer> ContainersOf(const std::vector<BundleEntry>& bundles);

/// Adds what is enrolled now and what ended lately. A registry that is not there adds nothing.
[[nodiscard]] Status AddLiveContainers(const RegistryDir& registry,
                                       std::vector<KnownContainer>& containers);

/// Who is meant. An exact id, name or store folder ("runc-web") comes before a part of an alias (a
/// service of Compose, a pod of Kubernetes), and that before a prefix of any. A pod's sandbox is
/// meant only where no container in it is. Incarnations of one name under one engine are one
/// answer.
struct Resolution {
  std::vector<const KnownContainer*> found;  ///< empty: nobody; borrowed from `containers`
  bool ambiguous = false;                    ///< they are different containers
};
[[nodiscard]] Resolution Resolve(const std::vector<KnownContainer>& containers,
                                 std::string_view wanted);

/// Whether what somebody typed is a path and no container's name. A name may have "/" in it
/// ("shop/web", "namespace/pod/web"), so that a relative path is one where something lies there, or
/// where it begins with ".".
[[nodiscard]] bool MeansPath(const std::string& typed);

}  // namespace headroom
