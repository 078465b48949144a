#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "container/field_reader.h"
#include "container/oci/oci_config.h"
#include "container/oci/oci_state.h"

namespace headroom {

/// The parts of config.json that ParseOciConfig puts together. Pure; what is refused is kept in
/// `status`, with the key.

/// "linux.resources" of the object that `linux_part` reads.
void ReadResources(FieldReader& linux_part, OciConfig& config, Status& status);

/// "process" of the document.
void ReadProcess(FieldReader& document, OciProcess& process, Status& status);

/// "annotations" of the document; the state that a runtime tells has them in the same form.
[[nodiscard]] Annotations ReadAnnotations(FieldReader& document, Status& status);

/// An array of strings; absent is empty.
[[nodiscard]] std::vector<std::string> ReadStrings(FieldReader& reader, std::string_view key);

}  // namespace headroom
