#include "cli/environment.h"

#include <fmt/format.h>

#include "base/text.h"

namespace headroom {

Environment WithOutputTo(const Environment& environment, std::ostream& stream) {
  return {.paths = environment.paths,
          .host = environment.host,
          .runtime_dir = environment.runtime_dir,
          .self = environment.self,
          .uid = environment.uid,
          .out = stream,
          .err = stream,
          .terminal = false,
          .system_store = environment.system_store,
          .root = environment.root,
          .others = environment.others,
          .ask_systemd = environment.ask_systemd,
          .engines = environment.engines,
          .user_runtime_dir = environment.user_runtime_dir};
}

int Fail(const Environment& environment, int status, std::string_view message) {
  environment.err << "headroom: " << message << '\n';
  return status;
}

std::string_view HintOfRoot(const Environment& environment) {
  return environment.root ? "" : "; root's containers need sudo";
}

int FailToRead(const Environment& environment, const Error& error) {
  const std::string message = EscapedForPeople(error.Message());
  if (error.code == ErrorCode::kDenied && !environment.root) {
    return Fail(environment, CliStatus::kUnreadable,
                fmt::format("{}; try again as its owner, or with sudo", message));
  }
  return Fail(environment, CliStatus::kUnreadable, message);
}

}  // namespace headroom
