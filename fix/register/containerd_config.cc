#include "fix/register/containerd_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <vector>

#include "base/text.h"
#include "fix/config/json_text.h"
#include "fix/register/oci_hooks.h"
#include "fix/register/toml_text.h"

namespace headroom {
namespace {

constexpr std::string_view kRuncType = "io.containerd.runc.v2";
constexpr std::string_view kOurMark =
    "# Made by `headroom install containerd`; `headroom uninstall containerd` takes it out.";
constexpr std::string_view kDefaultMark =
    "# containerd's own default, which it forgets as soon as a file names any runtime.";

/// The plugin that has the table of handlers. nullopt: a version that we do not know.
std::optional<std::string_view> PluginOf(std::int64_t version) {
  if (version == 2) return "io.containerd.grpc.v1.cri";
  if (version == 3 || version == 4) return "io.containerd.cri.v1.runtime";
  return std::nullopt;
}

std::string TextOf(const toml::table& table, std::string_view key) {
  return std::string(table[key].value<std::string_view>().value_or(""));
}

std::optional<ContainerdConfig::Handler> HandlerOf(const toml::table* runtimes,
                                                   std::string_view name) {
  const toml::table* handler = runtimes == nullptr ? nullptr : TomlTableAt(*runtimes, {name});
  if (handler == nullptr) return std::nullopt;
  const toml::table* options = TomlTableAt(*handler, {"options"});
  return ContainerdConfig::Handler{
      .type = TextOf(*handler, "runtime_type"),
      .binary = options == nullptr ? "" : TextOf(*options, "BinaryName")};
}

bool Lists(const toml::array* array, std::string_view text) {
  return array != nullptr && std::ranges::any_of(*array, [text](const toml::node& row) {
           return row.value<std::string_view>() == text;
         });
}

const toml::table* PluginTable(const toml::table& root, std::int64_t version) {
  const auto plugin = PluginOf(version);
  return plugin ? TomlTableAt(root, {"plugins", *plugin, "containerd"}) : nullptr;
}

ContainerdConfig Read(const toml::table& root) {
  ContainerdConfig config;
  config.empty = root.empty();
  config.version = config.empty ? 2 : root["version"].value_or<std::int64_t>(1);
  const toml::array* imports = root["imports"].as_array();
  config.imports = imports != nullptr && !imports->empty();
  const toml::array* disabled = root["disabled_plugins"].as_array();
  config.cri_disabled =
      Lists(disabled, "cri") || Lists(disabled, PluginOf(config.version).value_or("cri"));
  const toml::table* cri = PluginTable(root, config.version);
  if (cri == nullptr) return config;
  config.default_name = (*cri)["default_runtime_name"].value_or<std::string>("runc");
  const toml::table* runtimes = TomlTableAt(*cri, {"runtimes"});
  config.headroom = HandlerOf(runtimes, kContainerdHandler);
  config.by_default = HandlerOf(runtimes, config.default_name);
  return config;
}

std::string QuotedUnlessBare(std::string_view key) {
  const bool bare = !key.empty() && std::ranges::all_of(key, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
  return bare ? std::string(key) : QuotedJson(key);
}

/// The settings of a table as lines, but for those named; tables in it are left out.
std::string Settings(const toml::table* table, std::string_view indent,
                     std::initializer_list<std::string_view> without) {
  std::string lines;
  if (table == nullptr) return lines;
  for (const auto& [key, value] : *table) {
    if (value.is_table() || std::ranges::find(without, key.str()) != without.end()) continue;
    std::ostringstream text;
    value.visit([&text](const auto& typed) {
      text << toml::toml_formatter{typed, toml::format_flags::none};
    });
    lines += fmt::format("{}{} = {}\n", indent, QuotedUnlessBare(key.str()), text.str());
  }
  return lines;
}

/// The handlers that the file names; nullptr: none.
const toml::table* Runtimes(const toml::table& root, const ContainerdConfig& config) {
  const toml::table* cri = PluginTable(root, config.version);
  const toml::table* runtimes = cri == nullptr ? nullptr : TomlTableAt(*cri, {"runtimes"});
  return runtimes == nullptr || runtimes->empty() ? nullptr : runtimes;
}

/// What is appended.
std::string Block(const toml::table& root, const ContainerdConfig& config,
                  std::string_view wrapper) {
  const std::string runtimes =
      fmt::format("plugins.\"{}\".containerd.runtimes", *PluginOf(config.version));
  const toml::table* others = Runtimes(root, config);
  std::string block = config.empty ? "version = 2\n" : "";
  if (others == nullptr) {
    block += fmt::format("\n{}\n[{}.runc]\n  runtime_type = \"{}\"\n", kDefaultMark, runtimes,
                         kRuncType);
  }
  const bool like_default = config.by_default && config.by_default->type == kRuncType;
  const toml::table* model = like_default ? TomlTableAt(*others, {config.default_name}) : nullptr;
  const toml::table* options = model == nullptr ? nullptr : TomlTableAt(*model, {"options"});
  block += fmt::format("\n{}\n[{}.{}]\n  runtime_type = \"{}\"\n", kOurMark, runtimes,
                       kContainerdHandler, kRuncType);
  // The last two are those of a shim that runc.v2 replaced, and are refused with it.
  block += Settings(model, "  ", {"runtime_type", "runtime_engine", "runtime_root"});
  block += fmt::format("\n  [{}.{}.options]\n    BinaryName = {}\n", runtimes, kContainerdHandler,
                       QuotedJson(wrapper));
  return block + Settings(options, "    ", {"BinaryName"});
}

/// Takes the handler out of a document, and tables that hold nothing: what is left is the same
/// before and after a change of ours.
void TakeOut(toml::table& table, const std::vector<std::string_view>& path, std::size_t at) {
  if (at + 1 == path.size()) {
    table.erase(path[at]);
    return;
  }
  toml::table* next = table.get_as<toml::table>(path[at]);
  if (next == nullptr) return;
  TakeOut(*next, path, at + 1);
  if (next->empty()) table.erase(path[at]);
}

toml::table Rest(toml::table root, std::int64_t version, std::string_view handler) {
  TakeOut(root, {"plugins", *PluginOf(version), "containerd", "runtimes", handler}, 0);
  return root;
}

/// Whether the two differ in nothing but the handlers that we write.
bool SameButOurs(const toml::table& one, const toml::table& other, std::int64_t version,
                 bool default_too) {
  toml::table left = Rest(one, version, kContainerdHandler);
  toml::table right = Rest(other, version, kContainerdHandler);
  if (default_too) {
    left = Rest(std::move(left), version, "runc");
    right = Rest(std::move(right), version, "runc");
  }
  return left == right;
}

/// Each with its line end.
using Lines = std::vector<std::string_view>;

Lines LinesOf(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end == std::string_view::npos ? end : end + 1));
    text.remove_prefix(lines.back().size());
  }
  return lines;
}

/// Also said of a row of an array that stands on a line of its own: what comes of such a mistake
/// is looked at before it is used.
bool IsHeader(std::string_view line) { return Trimmed(line).starts_with('['); }

bool IsBlankOrComment(std::string_view line) {
  return Trimmed(line).empty() || Trimmed(line).starts_with('#');
}

/// The index of the line on which a table's header stands; nullopt: it has none, being inline or
/// made by dotted keys.
std::optional<std::size_t> HeaderOf(const Lines& lines, const toml::table& table) {
  const std::size_t line = table.source().begin.line;
  if (line == 0 || line > lines.size() || !IsHeader(lines[line - 1])) return std::nullopt;
  return line - 1;
}

/// Marks the lines of one table as gone: our mark above it, its header, and what is below it up to
/// the next table, but for comments and blanks there, which are that one's.
void Drop(const Lines& lines, std::size_t header, std::vector<bool>& gone) {
  std::size_t end = header + 1;
  while (end < lines.size() && !IsHeader(lines[end])) ++end;
  while (end > header + 1 && IsBlankOrComment(lines[end - 1])) --end;
  std::size_t begin = header;
  const std::string_view above = header > 0 ? Trimmed(lines[header - 1]) : "";
  if (above == kOurMark || above == kDefaultMark) --begin;
  if (begin > 0 && Trimmed(lines[begin - 1]).empty()) --begin;
  for (std::size_t line = begin; line < end; ++line) gone[line] = true;
}

void DropAll(const Lines& lines, const toml::table& table, std::vector<bool>& gone) {
  if (const auto header = HeaderOf(lines, table)) Drop(lines, *header, gone);
  for (const auto& [key, value] : table) {
    if (const toml::table* below = value.as_table()) DropAll(lines, *below, gone);
  }
}

/// Whether the default stands there as we wrote it, and nothing needs it any more.
bool IsOurDefault(const Lines& lines, const toml::table& runtimes) {
  const toml::table* runc = TomlTableAt(runtimes, {"runc"});
  if (runc == nullptr || runc->size() != 1 || runtimes.size() != 2) return false;
  const auto header = HeaderOf(lines, *runc);
  return TextOf(*runc, "runtime_type") == kRuncType && header && *header > 0 &&
         Trimmed(lines[*header - 1]) == kDefaultMark;
}

std::string Left(const Lines& lines, const std::vector<bool>& gone) {
  std::string text;
  for (std::size_t line = 0; line < lines.size(); ++line) {
    if (!gone[line]) text += lines[line];
  }
  return text;
}

std::unexpected<Error> CannotChange(std::string_view where, std::string_view what) {
  return MakeError(ErrorCode::kDenied, where, what);
}

}  // namespace

bool ContainerdConfig::Has(std::string_view wrapper) const {
  return headroom && LeafOf(headroom->binary) == LeafOf(wrapper);
}

Result<ContainerdConfig> ReadContainerdConfig(std::string_view text, std::string_view where) {
  const auto root = ParseToml(text, where);
  if (!root) return std::unexpected(root.error());
  return Read(*root);
}

Result<std::string> WithContainerdHandler(std::string_view text, std::string_view where,
                                          std::string_view wrapper) {
  const auto root = ParseToml(text, where);
  if (!root) return std::unexpected(root.error());
  const ContainerdConfig config = Read(*root);
  if (config.headroom) return std::string(text);
  if (!PluginOf(config.version)) {
    return CannotChange(where, fmt::format("has version {}, expected 2, 3 or 4: `containerd config "
                                           "default` prints a file of containerd's own version",
                                           config.version));
  }
  std::string after(text);
  if (!after.empty() && !after.ends_with('\n')) after += '\n';
  after += Block(*root, config, wrapper);
  toml::table wanted = *root;
  if (config.empty) wanted.insert("version", config.version);
  const bool default_too = Runtimes(*root, config) == nullptr;
  const auto parsed = ParseToml(after, where);
  if (!parsed || !SameButOurs(wanted, *parsed, config.version, default_too)) {
    return CannotChange(where,
                        fmt::format("has its runtimes in a form to which no table can be added "
                                    "({}), expected tables as `containerd config default` writes "
                                    "them: add the handler by hand",
                                    parsed ? "the rest would change" : parsed.error().what));
  }
  return after;
}

Result<std::string> WithoutContainerdHandler(std::string_view text, std::string_view where) {
  const auto root = ParseToml(text, where);
  if (!root) return std::unexpected(root.error());
  const ContainerdConfig config = Read(*root);
  if (!config.headroom) return std::string(text);
  const toml::table* runtimes = Runtimes(*root, config);
  const Lines lines = LinesOf(text);
  std::vector<bool> gone(lines.size(), false);
  DropAll(lines, *TomlTableAt(*runtimes, {kContainerdHandler}), gone);
  const bool default_too = IsOurDefault(lines, *runtimes);
  if (default_too) DropAll(lines, *TomlTableAt(*runtimes, {"runc"}), gone);
  std::string after = Left(lines, gone);
  const auto parsed = ParseToml(after, where);
  const bool exact =
      parsed && SameButOurs(*root, *parsed, config.version, default_too) && !Read(*parsed).headroom;
  if (!exact) {
    return CannotChange(where, fmt::format("has the handler \"{}\" in a form that cannot be taken "
                                           "out as text, expected tables of its own: remove it by "
                                           "hand",
                                           kContainerdHandler));
  }
  return after;
}

}  // namespace headroom
