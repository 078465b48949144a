#include "fix/register/podman_hooks.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"

namespace headroom {
namespace {

constexpr const char* kCreateRuntime = "createRuntime";
constexpr const char* kPoststop = "poststop";

PodmanHookFile HookFile(const HookCall& call, std::string name, std::string stage) {
  PodmanHookFile file{.name = std::move(name), .stage = std::move(stage), .text = {}};
  file.text = fmt::format(
      "{{\n  \"version\": \"1.0.0\",\n  \"hook\": {},\n  \"when\": {{\"always\": true}},\n"
      "  \"stages\": [\"{}\"]\n}}\n",
      HookObject(call, file.stage), file.stage);
  return file;
}

/// One field of a row of comma-separated values off `rest`, quotes undone; `rest` begins with the
/// comma behind it then, or is at its end.
std::string TakeField(std::string_view& rest) {
  std::string field;
  if (!rest.starts_with('"')) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    field = rest.substr(0, end);
    rest.remove_prefix(end);
    return field;
  }
  rest.remove_prefix(1);
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == '"' && !rest.starts_with('"')) break;
    if (c == '"') rest.remove_prefix(1);
    field += c;
  }
  return field;
}

std::vector<std::string> Fields(std::string_view row) {
  std::vector<std::string> fields;
  while (!row.empty()) {
    fields.push_back(TakeField(row));
    if (!row.starts_with(',')) break;
    row.remove_prefix(1);
  }
  return fields;
}

}  // namespace

std::vector<PodmanHookFile> PodmanHookFiles(const HookCall& call) {
  return {HookFile(call, "headroom-stop.json", kPoststop),
          HookFile(call, "headroom-create.json", kCreateRuntime)};
}

bool PodmanHook::Calls(std::string_view of, std::string_view stage) const {
  if (LeafOf(program) != LeafOf(of)) return false;
  return std::ranges::any_of(stages, [stage](const std::string& at) {
    return at == stage || (stage == kCreateRuntime && at == "prestart");
  });
}

Result<PodmanHook> ReadPodmanHook(std::string_view text, std::string_view where) {
  const auto document = ParseJsonObject(text, where);
  if (!document) return std::unexpected(document.error());
  const auto hook = OptionalObject(*document, "hook", where);
  if (!hook) return std::unexpected(hook.error());
  if (*hook == nullptr) return Malformed(where, "key \"hook\" is missing");
  PodmanHook read;
  auto program = RequiredString(**hook, "path", where);
  if (!program) return std::unexpected(program.error());
  read.program = *std::move(program);
  const auto stages = OptionalArray(*document, "stages", where);
  if (!stages) return std::unexpected(stages.error());
  if (*stages == nullptr) return read;
  for (const auto& stage : **stages) {
    if (!stage.is_string()) return Malformed(where, "key \"stages\" holds more than strings");
    read.stages.push_back(stage.get<std::string>());
  }
  return read;
}

std::optional<std::vector<std::string>> HooksDirsInHelp(std::string_view help) {
  constexpr std::string_view kDefault = "(default [";
  while (const auto line = TakeLine(help)) {
    if (!Trimmed(*line).starts_with("--hooks-dir ")) continue;
    const std::size_t begin = line->find(kDefault);
    if (begin == std::string_view::npos) return std::vector<std::string>{};
    const std::size_t first = begin + kDefault.size();
    const std::size_t end = line->rfind("])");
    if (end == std::string_view::npos || end < first) return std::nullopt;
    auto fields = Fields(line->substr(first, end - first));
    const auto absolute = [](const std::string& dir) { return dir.starts_with('/'); };
    if (fields.empty() || !std::ranges::all_of(fields, absolute)) return std::nullopt;
    return fields;
  }
  return std::nullopt;
}

}  // namespace headroom
