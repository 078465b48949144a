#include "capture/process_details.h"
#include "fuzz/fuzz.h"
#include "kernel/proc/process.h"
#include "kernel/proc/tracer.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  if (const auto tracer = ParseTracer(text)) {
    Require(*tracer >= 0 && text.find("TracerPid:") != std::string_view::npos);
  }
  Require(!HasManyNodes(text) || text.find("Mems_allowed_list:") != std::string_view::npos);
  const auto status = ParseProcessStatus(text);
  if (!status) {
    Require(status.error().code == ErrorCode::kMalformed);
    return;
  }
  Require(status->name.find('\n') == std::string::npos);
  Require(text.find("Name:") != std::string_view::npos);
}
