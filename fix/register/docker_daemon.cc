#include "fix/register/docker_daemon.h"

#include <fmt/format.h>

#include "base/text.h"
#include "fix/config/json_text.h"
#include "fix/register/oci_hooks.h"

namespace headroom {
namespace {

MemberPath RuntimePath() { return {"runtimes", std::string(kDockerRuntime)}; }
MemberPath DefaultPath() { return {"default-runtime"}; }

bool IsBlank(std::string_view text) { return Trimmed(text).empty(); }

/// An empty file is one without settings.
Result<JsonText> Parsed(std::string_view text, std::string_view where) {
  return JsonText::Parse(IsBlank(text) ? "{}" : text, where);
}

/// A string at `path`. nullopt: absent. Anything else than a string is nothing that dockerd takes.
Result<std::optional<std::string>> OptionalText(const JsonText& config, std::string_view where,
                                                const MemberPath& path) {
  const auto value = config.Find(path);
  if (!value) return std::unexpected(value.error());
  if (!*value) return std::nullopt;
  auto text = JsonString(**value);
  if (!text) return Malformed(where, fmt::format("{} is no string", PathText(path)));
  return text;
}

/// The runtime at `path`, which is an object. A path that it lacks is empty.
Result<DockerRuntime> RuntimeAt(const JsonText& config, std::string_view where, MemberPath path) {
  DockerRuntime runtime;
  path.emplace_back("path");
  const auto program = OptionalText(config, where, path);
  if (!program) return std::unexpected(program.error());
  runtime.path = program->value_or("");
  path.back() = "runtimeArgs";
  const auto rows = config.Rows(path);
  if (!rows) return std::unexpected(rows.error());
  for (std::size_t row = 0; row < *rows; ++row) {
    MemberPath at = path;
    at.push_back(std::to_string(row));
    auto argument = OptionalText(config, where, at);
    if (!argument) return std::unexpected(argument.error());
    runtime.args.push_back(argument->value_or(""));
  }
  return runtime;
}

Result<std::optional<DockerRuntime>> OptionalRuntime(const JsonText& config, std::string_view where,
                                                     const MemberPath& path) {
  const auto value = config.Find(path);
  if (!value) return std::unexpected(value.error());
  if (!*value) return std::nullopt;
  if (!(*value)->starts_with('{')) {
    return Malformed(where, fmt::format("{} is no object", PathText(path)));
  }
  auto runtime = RuntimeAt(config, where, path);
  if (!runtime) return std::unexpected(runtime.error());
  return *std::move(runtime);
}

std::string RuntimeObject(const DockerRuntime& runtime) {
  std::string args;
  for (const std::string& argument : runtime.args) {
    args += (args.empty() ? "" : ", ") + QuotedJson(argument);
  }
  if (args.empty()) return fmt::format(R"({{"path": {}}})", QuotedJson(runtime.path));
  return fmt::format(R"({{"path": {}, "runtimeArgs": [{}]}})", QuotedJson(runtime.path), args);
}

/// A file of ours alone, set out for people.
std::string NewFile(const DockerRuntime& runtime) {
  return fmt::format("{{\n  \"runtimes\": {{\n    \"{}\": {}\n  }}\n}}\n", kDockerRuntime,
                     RuntimeObject(runtime));
}

/// Whether dockerd would know a runtime of that name from this file.
bool IsKnown(const JsonText& config, std::string_view where, const std::string& name) {
  if (name == "runc" || name.starts_with("io.containerd.")) return true;
  const auto runtime = OptionalRuntime(config, where, {"runtimes", name});
  return runtime && runtime->has_value();
}

/// What default-runtime is to be again, as JSON; nullopt: nothing.
std::optional<std::string> EarlierDefault(const JsonText& config, std::string_view where,
                                          const JsonText& earlier) {
  const auto value = earlier.Find(DefaultPath());
  const auto name = value && *value ? JsonString(**value) : std::nullopt;
  if (!name || *name == kDockerRuntime || !IsKnown(config, where, *name)) return std::nullopt;
  return std::string(**value);
}

/// "runtimes" goes with the last of them, unless it stood there before.
Status RemoveRuntime(JsonText& config, const JsonText& earlier) {
  if (auto removed = config.Remove(RuntimePath()); !removed) return removed;
  const auto left = config.Find({"runtimes"});
  const auto before = earlier.Find({"runtimes"});
  if (!left) return std::unexpected(left.error());
  const bool stays =
      !*left || (before && *before) || !IsBlank((*left)->substr(1, (*left)->size() - 2));
  return stays ? Status{} : config.Remove({"runtimes"});
}

}  // namespace

bool DockerDaemon::Has(std::string_view wrapper) const {
  return headroom && LeafOf(headroom->path) == LeafOf(wrapper);
}

Result<DockerDaemon> ReadDockerDaemon(std::string_view text, std::string_view where) {
  const auto config = Parsed(text, where);
  if (!config) return std::unexpected(config.error());
  DockerDaemon daemon;
  const auto runtimes = config->Find({"runtimes"});
  if (!runtimes) return std::unexpected(runtimes.error());
  if (*runtimes && !(*runtimes)->starts_with('{')) return Malformed(where, "runtimes is no object");
  auto runtime = OptionalRuntime(*config, where, RuntimePath());
  if (!runtime) return std::unexpected(runtime.error());
  daemon.headroom = std::move(*runtime);
  auto by_default = OptionalText(*config, where, DefaultPath());
  if (!by_default) return std::unexpected(by_default.error());
  daemon.default_runtime = std::move(*by_default);
  for (const char* key : {"data-root", "graph"}) {
    auto root = OptionalText(*config, where, {key});
    if (!root) return std::unexpected(root.error());
    if (!daemon.data_root) daemon.data_root = std::move(*root);
  }
  return daemon;
}

Result<std::optional<DockerRuntime>> DockerRuntimeNamed(std::string_view text,
                                                        std::string_view where,
                                                        const std::string& name) {
  const auto config = Parsed(text, where);
  if (!config) return std::unexpected(config.error());
  auto runtime = OptionalRuntime(*config, where, {"runtimes", name});
  if (runtime && *runtime && (*runtime)->path.empty()) return std::nullopt;
  return runtime;
}

Result<std::string> WithDockerRuntime(std::string_view text, std::string_view where,
                                      const DockerRuntime& runtime, AsDefault as_default) {
  auto config = JsonText::Parse(IsBlank(text) ? NewFile(runtime) : text, where);
  if (!config) return std::unexpected(config.error());
  const auto there = config->Find(RuntimePath());
  if (!there) return std::unexpected(there.error());
  if (!*there) {
    const Status set = config->Set(RuntimePath(), RuntimeObject(runtime));
    if (!set) return std::unexpected(set.error());
  }
  const auto by_default = OptionalText(*config, where, DefaultPath());
  if (!by_default) return std::unexpected(by_default.error());
  if (as_default == AsDefault::kYes && *by_default != kDockerRuntime) {
    const Status set = config->Set(DefaultPath(), QuotedJson(kDockerRuntime));
    if (!set) return std::unexpected(set.error());
  }
  return config->text();
}

Result<std::string> WithoutDockerRuntime(std::string_view text, std::string_view where,
                                         std::string_view earlier) {
  if (IsBlank(text)) return std::string(text);
  auto config = Parsed(text, where);
  if (!config) return std::unexpected(config.error());
  const auto before = Parsed(earlier, where);
  if (!before) return std::unexpected(before.error());
  if (auto removed = RemoveRuntime(*config, *before); !removed) {
    return std::unexpected(removed.error());
  }
  const auto by_default = OptionalText(*config, where, DefaultPath());
  if (!by_default) return std::unexpected(by_default.error());
  if (*by_default == kDockerRuntime) {
    const auto again = EarlierDefault(*config, where, *before);
    const Status done = again ? config->Set(DefaultPath(), *again) : config->Remove(DefaultPath());
    if (!done) return std::unexpected(done.error());
  }
  return config->text();
}

}  // namespace headroom
