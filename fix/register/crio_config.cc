#include "fix/register/crio_config.h"

#include "fix/register/toml_text.h"

namespace headroom {

Result<std::optional<std::vector<std::string>>> CrioHooksDirs(std::string_view text,
                                                              std::string_view where) {
  const auto root = ParseToml(text, where);
  if (!root) return std::unexpected(root.error());
  const toml::table* runtime = TomlTableAt(*root, {"crio", "runtime"});
  const toml::node* value = runtime == nullptr ? nullptr : runtime->get("hooks_dir");
  if (value == nullptr) return std::nullopt;
  constexpr std::string_view kExpected = "hooks_dir is no list of absolute paths";
  const toml::array* rows = value->as_array();
  if (rows == nullptr) return Malformed(where, kExpected);
  std::vector<std::string> dirs;
  for (const toml::node& row : *rows) {
    const auto dir = row.value<std::string>();
    if (!dir || !dir->starts_with('/')) return Malformed(where, kExpected);
    dirs.push_back(*dir);
  }
  return dirs;
}

}  // namespace headroom
