#include "container/running/discover.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  for (const auto& container :
       {ParseRuncState(text, "state.json"), ParseCrunStatus(text, "id", "status")}) {
    if (!container) {
      Require(container.error().code == ErrorCode::kMalformed);
      Require(container.error().Message().find('\n') == std::string::npos);
      continue;
    }
    Require(container->init.pid > 0);
    Require(!container->id.empty());
    Require(container->cgroup.empty() || container->cgroup.starts_with("/"));
  }
}
