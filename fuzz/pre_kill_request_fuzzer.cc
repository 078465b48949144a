#include "fuzz/fuzz.h"
#include "supervisor/prekill/request.h"

namespace {

/// A folder of the registry, and never another place.
void RequireName(const std::string& name) {
  headroom::Require(!name.empty() && name != "." && name != "..");
  headroom::Require(name.find('/') == std::string::npos && name.find('\0') == std::string::npos);
}

}  // namespace

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto request = ParsePreKillRequest(text);
  if (!request) {
    Require(request.error().code == ErrorCode::kMalformed);
    Require(request.error().Message().find('\n') == std::string::npos);
    return;
  }
  RequireName(request->container_key);
  RequireName(request->generation_key);
  Require(request->process.pid > 0);
  // One line, which reads back the same.
  const std::string written = SerializePreKillRequest(*request);
  Require(written.find('\n') == written.size() - 1);
  const auto again = ParsePreKillRequest(written);
  Require(again.has_value() && again->container_key == request->container_key);
  Require(again->generation_key == request->generation_key);
  Require(again->process == request->process && again->began == request->began);
}
