#include "hook/wrapper/hook_injection.h"

#include <fmt/format.h>

#include <string_view>

namespace headroom {
namespace {

std::string_view Leaf(std::string_view path) { return path.substr(path.rfind('/') + 1); }

Result<bool> HasHook(const JsonText& config, Stage stage, std::string_view program) {
  const std::string name(StageName(stage));
  const auto rows = config.Rows({"hooks", name});
  if (!rows) return std::unexpected(rows.error());
  for (std::size_t row = 0; row < *rows; ++row) {
    const auto path = config.Find({"hooks", name, std::to_string(row), "path"});
    if (!path) return std::unexpected(path.error());
    const auto text = *path ? JsonString(**path) : std::nullopt;
    if (text && Leaf(*text) == program) return true;
  }
  return false;
}

std::string HookRow(const std::string& hook_path, Stage stage, OnError on_error) {
  const std::string more = on_error == OnError::kClosed ? R"(, "--on-error", "closed")" : "";
  return fmt::format(
      R"({{"path": {}, "args": [{}, "{}"{}], "env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"], )"
      R"("timeout": 10}})",
      QuotedJson(hook_path), QuotedJson(Leaf(hook_path)), StageName(stage), more);
}

}  // namespace

Result<bool> InjectHooks(JsonText& config, const std::string& hook_path, OnError on_error) {
  JsonText changed = config;
  bool any = false;
  const auto at_start = HasHook(config, Stage::kPrestart, Leaf(hook_path));
  if (!at_start) return at_start;
  for (const Stage stage : {Stage::kCreateRuntime, Stage::kPoststop}) {
    if (stage == Stage::kCreateRuntime && *at_start) continue;
    const auto there = HasHook(config, stage, Leaf(hook_path));
    if (!there) return there;
    if (*there) continue;
    const auto added = changed.Append({"hooks", std::string(StageName(stage))},
                                      HookRow(hook_path, stage, on_error));
    if (!added) return std::unexpected(added.error());
    any = true;
  }
  config = std::move(changed);
  return any;
}

}  // namespace headroom
