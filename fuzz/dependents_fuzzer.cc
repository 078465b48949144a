#include "cli/install/dependents.h"

#include <algorithm>

#include "fix/register/cdi_spec.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto found = ContainersMadeWithDevice(text, kCdiKind, "podman");
  if (!found) {
    Require(found.error().code == ErrorCode::kMalformed);
    Require(found.error().Message().find('\n') == std::string::npos);
    return;
  }
  // Each of them asked for the device by its name.
  Require(found->empty() || text.find("CreateCommand") != std::string_view::npos ||
          text.find('\\') != std::string_view::npos);
  Require(found->size() <= text.size());
  // Not all of very many are named.
  std::size_t longest = 0;
  for (const std::string& name : *found) longest = std::max(longest, name.size());
  Require(CountedNames(*found, "container", "made with it").size() <= 200 + 21 * (longest + 1));
}
