#include "hook/wrapper/runtime_call.h"

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace headroom {
namespace {

struct FlagSpec {
  std::string_view name;
  char letter = '\0';
  bool takes_value = false;
};

// runc 1.1 to 1.5 and crun 1.8 to 1.29; --log-level and the letters are youki's.
constexpr FlagSpec kGlobalFlags[] = {{"log", 'l', true},
                                     {"log-format", '\0', true},
                                     {"log-level", '\0', true},
                                     {"root", 'r', true},
                                     {"criu", '\0', true},
                                     {"rootless", '\0', true},
                                     {"cgroup-manager", '\0', true},
                                     {"debug"},
                                     {"systemd-cgroup", 's'},
                                     {"help", 'h'},
                                     {"version", 'v'}};
constexpr FlagSpec kStartFlags[] = {{"bundle", 'b', true},
                                    {"config", 'f', true},
                                    {"console-socket", '\0', true},
                                    {"pid-file", '\0', true},
                                    {"preserve-fds", '\0', true},
                                    {"detach", 'd'},
                                    {"keep"},
                                    {"no-pivot"},
                                    {"no-new-keyring"},
                                    {"no-subreaper"},
                                    {"help", 'h'}};

const FlagSpec* FindExact(std::span<const FlagSpec> specs, std::string_view name) {
  for (const FlagSpec& spec : specs) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

/// getopt_long takes a beginning that fits one name only.
const FlagSpec* FindLong(std::span<const FlagSpec> specs, std::string_view name) {
  const FlagSpec* found = FindExact(specs, name);
  if (found != nullptr) return found;
  for (const FlagSpec& spec : specs) {
    if (name.empty() || !spec.name.starts_with(name)) continue;
    if (found != nullptr) return nullptr;
    found = &spec;
  }
  return found;
}

const FlagSpec* FindLetter(std::span<const FlagSpec> specs, char letter) {
  for (const FlagSpec& spec : specs) {
    if (spec.letter == letter) return &spec;
  }
  return nullptr;
}

/// A walk over arguments, flag by flag.
class FlagWalk {
 public:
  using OnFlag = std::function<void(std::string_view name, std::string_view value)>;

  FlagWalk(std::span<const char* const> arguments, std::size_t at, OnFlag on_flag)
      : arguments_(arguments), at_(at), on_flag_(std::move(on_flag)) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  /// Takes a flag with its value; false at the first argument that is none, and behind "--".
  bool Next(std::span<const FlagSpec> specs) {
    if (ended_ || at_ >= arguments_.size()) return false;
    const std::string_view argument = arguments_[at_];
    if (argument.size() < 2 || argument[0] != '-') return false;
    ++at_;
    if (argument == "--") {
      ended_ = true;
      return false;
    }
    if (argument[1] == '-') {
      TakeLong(specs, argument.substr(2), FindLong);
    } else if (FindExact(specs, argument.substr(1, argument.find('=') - 1)) != nullptr) {
      TakeLong(specs, argument.substr(1), FindExact);  // as Go has it: one dash or two
    } else {
      TakeLetters(specs, argument.substr(1));
    }
    return true;
  }
  /// Takes an argument that is no flag; nullopt at the end.
  std::optional<std::string_view> TakeWord() {
    if (at_ >= arguments_.size()) return std::nullopt;
    return arguments_[at_++];
  }

 private:
  std::string_view TakeNext() {
    return at_ < arguments_.size() ? std::string_view(arguments_[at_++]) : std::string_view();
  }

  void TakeLong(std::span<const FlagSpec> specs, std::string_view text,
                const FlagSpec* (*find)(std::span<const FlagSpec>, std::string_view)) {
    const std::size_t equals = text.find('=');
    const FlagSpec* spec = find(specs, text.substr(0, equals));
    if (spec == nullptr || !spec->takes_value) return;
    on_flag_(spec->name, equals == std::string_view::npos ? TakeNext() : text.substr(equals + 1));
  }

  /// "-db DIR", "-bDIR", "-b=DIR".
  void TakeLetters(std::span<const FlagSpec> specs, std::string_view letters) {
    while (!letters.empty()) {
      const FlagSpec* spec = FindLetter(specs, letters.front());
      letters.remove_prefix(1);
      if (spec == nullptr || !spec->takes_value) continue;
      if (letters.starts_with('=')) letters.remove_prefix(1);
      on_flag_(spec->name, letters.empty() ? TakeNext() : letters);
      return;
    }
  }

  std::span<const char* const> arguments_;
  std::size_t at_;
  OnFlag on_flag_;
  bool ended_ = false;
};

void TakeOnError(RuntimeCall& call, std::string_view value) {
  if (value == "open") {
    call.on_error = OnError::kOpen;
  } else if (value == "closed") {
    call.on_error = OnError::kClosed;
  } else if (call.error.empty()) {
    call.error =
        fmt::format("--on-error is '{}', expected open or closed", EscapedForPeople(value));
  }
}

void TakeRuntime(RuntimeCall& call, std::string_view value) {
  call.runtime = value;
  if (!value.starts_with('/') && call.error.empty()) {
    call.error = fmt::format("--headroom-runtime is '{}', expected an absolute path",
                             EscapedForPeople(value));
  }
}

/// Ours stand in front; the first argument that is not ours ends them.
void TakeOwn(RuntimeCall& call, std::span<const char* const> arguments) {
  constexpr std::string_view kRuntime = "--headroom-runtime";
  constexpr std::string_view kOnError = "--on-error";
  while (call.own < arguments.size()) {
    const std::string_view argument = arguments[call.own];
    const std::string_view name = argument.substr(0, argument.find('='));
    if (name != kRuntime && name != kOnError) return;
    ++call.own;
    std::string_view value;
    if (name.size() < argument.size()) {
      value = argument.substr(name.size() + 1);
    } else if (call.own < arguments.size()) {
      value = arguments[call.own++];
    }
    if (name == kRuntime) TakeRuntime(call, value);
    if (name == kOnError) TakeOnError(call, value);
  }
}

/// crun takes "file:PATH", and places that are no files.
std::string LogPath(std::string_view value) {
  if (value.starts_with("file:")) value.remove_prefix(5);
  if (value.starts_with("journald:") || value.starts_with("syslog:")) return {};
  return std::string(value);
}

/// Flags may stand behind the id as well, which is the last word.
void TakeStart(RuntimeCall& call, std::span<const char* const> arguments, std::size_t from) {
  FlagWalk walk(arguments, from, [&call](std::string_view name, std::string_view value) {
    if (name == "bundle" && !value.empty()) call.bundle = value;
    if (name == "config") call.config = value;
  });
  for (;;) {
    while (walk.Next(kStartFlags)) {
    }
    const auto word = walk.TakeWord();
    if (!word) return;
    call.id = *word;
  }
}

}  // namespace

RuntimeCall ParseRuntimeCall(std::span<const char* const> arguments) {
  RuntimeCall call;
  TakeOwn(call, arguments);
  FlagWalk globals(arguments, call.own, [&call](std::string_view name, std::string_view value) {
    if (name == "log") call.log = LogPath(value);
    if (name == "log-format") call.json_log = value == "json";
  });
  while (globals.Next(kGlobalFlags)) {
  }
  const auto command = globals.TakeWord();
  if (!command) return call;
  call.command = *command;
  if (call.starts()) TakeStart(call, arguments, globals.at());
  return call;
}

}  // namespace headroom
