#include <fmt/format.h>

#include "base/text.h"
#include "container/oci/tmpfs_size.h"
#include "fix/config/edits.h"

namespace headroom {
namespace {

const MemberPath kMounts = {"mounts"};

MemberPath MemberOf(std::size_t mount, const std::string& member) {
  return {"mounts", std::to_string(mount), member};
}

/// "/dev/shm/" and "/dev//shm" are the same place to a runtime.
std::string Plain(std::string_view destination) {
  std::string plain;
  for (const std::string_view piece : Split(destination, '/')) {
    if (!piece.empty() && piece != ".") plain += fmt::format("/{}", piece);
  }
  return plain;
}

/// The mount that lies on top there: the last one.
Result<std::optional<std::size_t>> FindMountOn(const JsonText& config,
                                               const std::string& destination) {
  const auto rows = config.Rows(kMounts);
  if (!rows) return std::unexpected(rows.error());
  for (std::size_t row = *rows; row > 0; --row) {
    const auto here = StringAt(config, MemberOf(row - 1, "destination"));
    if (!here) return std::unexpected(here.error());
    if (Plain(*here) == Plain(destination)) return row - 1;
  }
  return std::nullopt;
}

Result<std::vector<std::string>> OptionsOf(const JsonText& config, const MemberPath& path) {
  std::vector<std::string> options;
  const auto rows = config.Rows(path);
  if (!rows) return std::unexpected(rows.error());
  for (std::size_t row = 0; row < *rows; ++row) {
    MemberPath option = path;
    option.push_back(std::to_string(row));
    auto text = StringAt(config, option);
    if (!text) return std::unexpected(text.error());
    options.push_back(std::move(*text));
  }
  return options;
}

/// The last one is what tmpfs takes.
std::optional<std::size_t> LastSize(const std::vector<std::string>& options) {
  for (std::size_t row = options.size(); row > 0; --row) {
    if (options[row - 1].starts_with("size=")) return row - 1;
  }
  return std::nullopt;
}

std::string SizeText(Bytes value) {
  constexpr std::uint64_t kKibi = 1024;
  return value.value % kKibi == 0 ? fmt::format("size={}k", value.value / kKibi)
                                  : fmt::format("size={}", value.value);
}

FixOutcome SetSize(JsonText& config, const SetTmpfsSize& fix, std::optional<Bytes> memory_total,
                   MemberPath path) {
  const auto options = OptionsOf(config, path);
  if (!options) return Failed(path, options.error());
  for (const std::string& option : *options) {
    if (!option.starts_with("nr_blocks=")) continue;
    return NotFixed(fix.destination,
                    fmt::format("{} is sized by {}", fix.destination, EscapedForPeople(option)));
  }
  const auto row = LastSize(*options);
  const SizeOption now = FindSizeOption(*options, memory_total);
  if (row && !now.size) {
    // It may be less than what is to be set.
    return NotFixed(fix.destination,
                    fmt::format("{} is sized by {}, and how much that is cannot be told",
                                fix.destination, EscapedForPeople(now.text)));
  }
  if (now.size && now.size->value != 0 && *now.size <= fix.value) {
    return AlreadySet({fix.destination}, (*options)[*row]);
  }
  const std::string before = row ? EscapedForPeople((*options)[*row]) : "absent";
  if (!row) {
    const auto added = config.Append(path, QuotedJson(SizeText(fix.value)));
    if (!added) return Failed(path, added.error());
  }
  path.push_back(std::to_string(row.value_or(options->size())));
  FixOutcome outcome = SetValue(config, path, QuotedJson(SizeText(fix.value)));
  outcome.setting = fix.destination;
  outcome.before = before;
  outcome.after = outcome.fixed() ? SizeText(fix.value) : outcome.after;
  if (outcome.fixed()) {
    outcome.text =
        fmt::format("fixed: {} has {} now in config.json", fix.destination, outcome.after);
  }
  return outcome;
}

}  // namespace

FixOutcome EditTmpfsSize(JsonText& config, const SetTmpfsSize& fix,
                         std::optional<Bytes> memory_total) {
  if (fix.value.value == 0) return NotFixed(fix.destination, "size=0 means no limit to tmpfs");
  const auto row = FindMountOn(config, fix.destination);
  if (!row) return NotFixed(fix.destination, row.error().Message());
  if (!*row) {
    return NotFixed(fix.destination, fmt::format("config.json mounts nothing on {}",
                                                 EscapedForPeople(fix.destination)));
  }
  const auto type = StringAt(config, MemberOf(**row, "type"));
  if (!type) return NotFixed(fix.destination, type.error().Message());
  if (*type != "tmpfs") {
    return NotFixed(fix.destination,
                    fmt::format("{} is no tmpfs in config.json but of type \"{}\"",
                                EscapedForPeople(fix.destination), EscapedForPeople(*type)));
  }
  return SetSize(config, fix, memory_total, MemberOf(**row, "options"));
}

}  // namespace headroom
