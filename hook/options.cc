#include "hook/options.h"

#include <fmt/format.h>

#include "base/text.h"

namespace headroom {
namespace {

constexpr std::string_view kUsage =
    "usage: headroom-hook [--on-error open|closed] prestart|createRuntime|poststop|lxc "
    "start-host|lxc stop|lxc post-stop";
constexpr std::string_view kOnError = "--on-error";
constexpr std::string_view kLxc = "lxc";

std::optional<Stage> ParseStage(std::string_view name) {
  for (const Stage stage : {Stage::kPrestart, Stage::kCreateRuntime, Stage::kPoststop}) {
    if (name == StageName(stage)) return stage;
  }
  return std::nullopt;
}

void Complain(Options& options, std::string_view what) {
  if (options.error.empty()) options.error = fmt::format("{}; {}", what, kUsage);
}

void TakeOnError(Options& options, std::string_view value) {
  if (value == "open") {
    options.on_error = OnError::kOpen;
  } else if (value == "closed") {
    options.on_error = OnError::kClosed;
  } else {
    Complain(options,
             fmt::format("--on-error is '{}', expected open or closed", EscapedForPeople(value)));
  }
}

void TakeLxcStage(Options& options, std::string_view name) {
  for (const Stage stage : {Stage::kLxcStartHost, Stage::kLxcStop, Stage::kLxcPostStop}) {
    if (name == StageName(stage)) options.stage = stage;
  }
  if (options.stage) return;
  Complain(options, fmt::format("lxc hook '{}' was not expected", EscapedForPeople(name)));
}

void TakeStage(Options& options, std::string_view argument) {
  const auto stage = ParseStage(argument);
  if (!stage || options.stage) {
    Complain(options, fmt::format("argument '{}' was not expected", EscapedForPeople(argument)));
    return;
  }
  options.stage = stage;
}

}  // namespace

std::string_view StageName(Stage stage) {
  switch (stage) {
    case Stage::kPrestart:
      return "prestart";
    case Stage::kCreateRuntime:
      return "createRuntime";
    case Stage::kPoststop:
      return "poststop";
    case Stage::kLxcStartHost:
      return "start-host";
    case Stage::kLxcStop:
      return "stop";
    case Stage::kLxcPostStop:
      return "post-stop";
  }
  return "";
}

bool IsOfLxc(Stage stage) {
  return stage == Stage::kLxcStartHost || stage == Stage::kLxcStop || stage == Stage::kLxcPostStop;
}

Options ParseOptions(std::span<const char* const> arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == kOnError) {
      TakeOnError(options, i + 1 < arguments.size() ? arguments[++i] : "");
    } else if (argument.starts_with(kOnError) && argument[kOnError.size()] == '=') {
      TakeOnError(options, argument.substr(kOnError.size() + 1));
    } else if (argument == kLxc && !options.stage) {
      TakeLxcStage(options, i + 1 < arguments.size() ? arguments[i + 1] : "");
      break;
    } else {
      TakeStage(options, argument);
    }
  }
  if (!options.stage) Complain(options, "the stage is missing");
  if (!options.error.empty()) options.stage = std::nullopt;
  return options;
}

}  // namespace headroom
