#include "fuzz/fuzz.h"
#include "kernel/proc/process.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto status = ParseProcessStatus(text);
  if (!status) {
    Require(status.error().code == ErrorCode::kMalformed);
    return;
  }
  Require(status->name.find('\n') == std::string::npos);
  Require(text.find("Name:") != std::string_view::npos);
}
