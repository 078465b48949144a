#pragma once

#include <string>

#include "container/facts/facts.h"

namespace headroom {

/// Facts as one JSON object on one line, for the record of a decision and for `check --json`. Every
/// field is there. Amounts are in bytes; "max" is no limit, null is not known. Bytes that are not
/// printable text are escaped.
///
/// Never arguments, environment, annotations' values or labels' values: those hold secrets. Of
/// arguments and environment the number is told, of annotations and labels the number and the first
/// 64 keys, each cut behind 128 bytes with "..." in the place of the rest.
[[nodiscard]] std::string FactsText(const ContainerFacts& facts);

}  // namespace headroom
