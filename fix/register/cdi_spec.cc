#include "fix/register/cdi_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.h"

namespace headroom {
namespace {

using nlohmann::json;

std::string CdiHook(const HookCall& call, std::string_view stage) {
  return fmt::format(R"({{"hookName": "{}", {})", stage, HookObject(call, stage).substr(1));
}

/// The programs of the hooks in containerEdits, of a device or of the whole specification.
Status AddPrograms(const json& owner, std::string_view where, std::vector<std::string>& programs) {
  const auto edits = OptionalObject(owner, "containerEdits", where);
  if (!edits) return std::unexpected(edits.error());
  if (*edits == nullptr) return {};
  const auto hooks = OptionalArray(**edits, "hooks", where);
  if (!hooks) return std::unexpected(hooks.error());
  if (*hooks == nullptr) return {};
  for (const json& hook : **hooks) {
    if (!hook.is_object()) return Malformed(where, "key \"hooks\" holds more than objects");
    auto path = RequiredString(hook, "path", where);
    if (!path) return std::unexpected(path.error());
    programs.push_back(*std::move(path));
  }
  return {};
}

}  // namespace

std::string CdiSpecText(const HookCall& call) {
  return fmt::format(
      "{{\n  \"cdiVersion\": \"0.3.0\",\n  \"kind\": \"{}\",\n  \"devices\": [\n    {{\n      "
      "\"name\": \"{}\",\n      \"containerEdits\": {{\n        \"hooks\": [\n          {},\n"
      "          {}\n        ]\n      }}\n    }}\n  ]\n}}\n",
      kCdiKind, kCdiDevice, CdiHook(call, "createRuntime"), CdiHook(call, "poststop"));
}

bool CdiSpec::Calls(std::string_view program) const {
  return std::ranges::any_of(
      programs, [program](const std::string& path) { return LeafOf(path) == LeafOf(program); });
}

Result<CdiSpec> ReadCdiSpec(std::string_view text, std::string_view where) {
  const auto document = ParseJsonObject(text, where);
  if (!document) return std::unexpected(document.error());
  CdiSpec spec;
  auto kind = RequiredString(*document, "kind", where);
  if (!kind) return std::unexpected(kind.error());
  spec.kind = *std::move(kind);
  if (auto added = AddPrograms(*document, where, spec.programs); !added) {
    return std::unexpected(added.error());
  }
  const auto devices = OptionalArray(*document, "devices", where);
  if (!devices) return std::unexpected(devices.error());
  if (*devices == nullptr) return spec;
  for (const json& device : **devices) {
    if (!device.is_object()) return Malformed(where, "key \"devices\" holds more than objects");
    if (auto added = AddPrograms(device, where, spec.programs); !added) {
      return std::unexpected(added.error());
    }
  }
  return spec;
}

}  // namespace headroom
