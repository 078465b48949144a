#include "fix/register/oci_hooks.h"

#include <fmt/format.h>

namespace headroom {
namespace {

constexpr const char* kPrestart = "prestart";
constexpr const char* kCreateRuntime = "createRuntime";
constexpr const char* kPoststop = "poststop";

/// Whether that row is a hook of a program of that name.
Result<bool> IsHookOf(const JsonText& config, const std::string& stage, std::size_t row,
                      std::string_view program) {
  const auto path = config.Find({"hooks", stage, std::to_string(row), "path"});
  if (!path) return std::unexpected(path.error());
  const auto text = *path ? JsonString(**path) : std::nullopt;
  return text && LeafOf(*text) == LeafOf(program);
}

Result<bool> HasHook(const JsonText& config, const std::string& stage, std::string_view program) {
  const auto rows = config.Rows({"hooks", stage});
  if (!rows) return std::unexpected(rows.error());
  for (std::size_t row = 0; row < *rows; ++row) {
    const auto is_ours = IsHookOf(config, stage, row, program);
    if (!is_ours || *is_ours) return is_ours;
  }
  return false;
}

/// The stages at which the hook is missing.
Result<std::vector<std::string>> Missing(const JsonText& config, std::string_view program) {
  std::vector<std::string> stages;
  const auto at_prestart = HasHook(config, kPrestart, program);
  if (!at_prestart) return std::unexpected(at_prestart.error());
  for (const char* stage : {kCreateRuntime, kPoststop}) {
    const auto there = HasHook(config, stage, program);
    if (!there) return std::unexpected(there.error());
    const bool at_prestart_already = stage == kCreateRuntime && *at_prestart;
    if (!*there && !at_prestart_already) stages.emplace_back(stage);
  }
  return stages;
}

bool WasThere(const JsonText* earlier, const MemberPath& path) {
  if (earlier == nullptr) return false;
  const auto found = earlier->Find(path);
  return found && *found;
}

/// Where the object or array at `path` is empty and was not there before, without it.
Status RemoveIfLeftEmpty(JsonText& config, const MemberPath& path, const JsonText* earlier) {
  const auto value = config.Find(path);
  if (!value) return std::unexpected(value.error());
  if (!*value || WasThere(earlier, path)) return {};
  const std::string_view inside = (*value)->substr(1, (*value)->size() - 2);
  if (inside.find_first_not_of(" \t\r\n") != std::string_view::npos) return {};
  return config.Remove(path);
}

Result<bool> RemoveAt(JsonText& config, const std::string& stage, std::string_view program,
                      const JsonText* earlier) {
  const auto rows = config.Rows({"hooks", stage});
  if (!rows) return std::unexpected(rows.error());
  bool any = false;
  for (std::size_t row = *rows; row-- > 0;) {
    const auto is_ours = IsHookOf(config, stage, row, program);
    if (!is_ours) return is_ours;
    if (!*is_ours) continue;
    any = true;
    const Status removed = config.Remove({"hooks", stage, std::to_string(row)});
    if (!removed) return std::unexpected(removed.error());
  }
  if (!any) return false;
  const Status tidied = RemoveIfLeftEmpty(config, {"hooks", stage}, earlier);
  if (!tidied) return std::unexpected(tidied.error());
  return true;
}

}  // namespace

std::string_view LeafOf(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string HookObject(const HookCall& call, std::string_view stage) {
  std::string more;
  for (const std::string& argument : call.more) more += ", " + QuotedJson(argument);
  std::string environment;
  for (const std::string& setting : call.environment) environment += ", " + QuotedJson(setting);
  return fmt::format(
      R"({{"path": {}, "args": [{}, "{}"{}], "env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"{}], )"
      R"("timeout": 10}})",
      QuotedJson(call.program), QuotedJson(LeafOf(call.program)), stage, more, environment);
}

Result<bool> HasOciHooks(const JsonText& config, std::string_view program) {
  const auto missing = Missing(config, program);
  if (!missing) return std::unexpected(missing.error());
  return missing->empty();
}

Result<bool> AddOciHooks(JsonText& config, const HookCall& call) {
  const auto missing = Missing(config, call.program);
  if (!missing) return std::unexpected(missing.error());
  JsonText changed = config;
  for (const std::string& stage : *missing) {
    const auto added = changed.Append({"hooks", stage}, HookObject(call, stage));
    if (!added) return std::unexpected(added.error());
  }
  config = std::move(changed);
  return !missing->empty();
}

Result<bool> RemoveOciHooks(JsonText& config, std::string_view program, const JsonText* earlier) {
  JsonText changed = config;
  bool any = false;
  for (const char* stage : {kPrestart, kCreateRuntime, kPoststop}) {
    const auto removed = RemoveAt(changed, stage, program, earlier);
    if (!removed) return removed;
    any = any || *removed;
  }
  if (!any) return false;
  const Status tidied = RemoveIfLeftEmpty(changed, {"hooks"}, earlier);
  if (!tidied) return std::unexpected(tidied.error());
  config = std::move(changed);
  return true;
}

}  // namespace headroom
