#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "container/engine/pod_name.h"
#include "container/oci/oci_state.h"

namespace headroom {

class FieldReader;

/// What people call a container beside its engine's name for it: paths of names, the widest one
/// first, "PROJECT/SERVICE" of Compose and "NAMESPACE/POD/CONTAINER" of Kubernetes (of a pod's
/// sandbox "NAMESPACE/POD"). Taken from annotations, else from labels; what is no such name
/// (letters, digits, "-", "_" and "." alone) is left out. `pod` is PodOf() of the same. Pure.
[[nodiscard]] std::vector<std::string> AliasesOf(const Annotations& annotations,
                                                 const Annotations& labels,
                                                 const std::optional<PodName>& pod);

/// The member "aliases" of a record; absent: none. What AliasesOf() cannot have made is refused.
[[nodiscard]] std::vector<std::string> ReadAliases(FieldReader& reader);

/// How well a name fits what somebody typed; the better fit counts alone.
enum class NameFit {
  kNone,
  kPrefix,  ///< it begins so, or one of its components does
  kPart,    ///< it is one of its components, or several in a row: "pod" of "namespace/pod/web"
  kExact,
};
/// `name` is a name or an alias. "NAMESPACE/POD" of a pod's sandbox fits as a part, as that is what
/// its containers are asked for by as well. Pure.
[[nodiscard]] NameFit FitOfName(std::string_view name, std::string_view wanted);

/// Whether `inner` is of a container in what `outer` names: "namespace/pod/web" in "namespace/pod".
[[nodiscard]] bool IsWithin(std::string_view inner, std::string_view outer);

}  // namespace headroom
