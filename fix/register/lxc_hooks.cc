#include "fix/register/lxc_hooks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "container/engine/lxc.h"

namespace headroom {
namespace {

constexpr std::string_view kMark =
    "# Made by `headroom install lxc`; `headroom uninstall lxc` takes it out.";
constexpr std::string_view kPrefix = "lxc.hook.";
constexpr std::array<std::string_view, 3> kStages = {"start-host", "stop", "post-stop"};

using Called = std::array<bool, kStages.size()>;

bool IsCallOf(std::string_view value, std::string_view program) {
  const auto words = Words(value);
  return !words.empty() && LeafOf(words.front()) == LeafOf(program);
}

/// Whether that line calls a program of that name at one of our stages.
bool IsOurs(const LxcLine& line, std::string_view program) {
  return line.key.starts_with(kPrefix) && IsCallOf(line.value, program) &&
         std::ranges::find(kStages, line.key.substr(kPrefix.size())) != kStages.end();
}

/// Cuts the next line off `rest`, with its line end.
std::string_view TakeWholeLine(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n') + 1);
  const std::string_view whole = line.empty() ? rest : line;
  rest.remove_prefix(whole.size());
  return whole;
}

Result<std::optional<LxcLine>> LineNumber(int number, std::string_view line,
                                          std::string_view where) {
  auto parsed = ParseLxcLine(line);
  if (!parsed) return Malformed(where, fmt::format("line {} {}", number, parsed.error().what));
  return parsed;
}

Result<Called> StagesCalled(std::string_view text, std::string_view where,
                            std::string_view program) {
  Called called{};
  for (int number = 1; !text.empty(); ++number) {
    const auto line = LineNumber(number, TakeWholeLine(text), where);
    if (!line) return std::unexpected(line.error());
    if (!*line) continue;
    const auto& [key, value] = **line;
    if (key == "lxc.hook" && value.empty()) called = {};
    for (std::size_t stage = 0; stage < kStages.size(); ++stage) {
      if (!key.starts_with(kPrefix) || key.substr(kPrefix.size()) != kStages[stage]) continue;
      called[stage] = !value.empty() && (called[stage] || IsCallOf(value, program));
    }
  }
  return called;
}

}  // namespace

Result<bool> HasLxcHooks(std::string_view text, std::string_view where, std::string_view program) {
  const auto called = StagesCalled(text, where, program);
  if (!called) return std::unexpected(called.error());
  return std::ranges::all_of(*called, [](bool stage) { return stage; });
}

Result<bool> HasAnyLxcHook(std::string_view text, std::string_view where,
                           std::string_view program) {
  const auto called = StagesCalled(text, where, program);
  if (!called) return std::unexpected(called.error());
  return std::ranges::any_of(*called, [](bool stage) { return stage; });
}

Result<std::string> WithLxcHooks(std::string_view text, std::string_view where,
                                 const HookCall& call) {
  const auto called = StagesCalled(text, where, call.program);
  if (!called) return std::unexpected(called.error());
  std::string after(text);
  if (std::ranges::find(*called, false) == called->end()) return after;
  if (!after.empty()) after += after.ends_with('\n') ? "\n" : "\n\n";
  after += fmt::format("{}\n", kMark);
  std::string more;
  for (const std::string& argument : call.more) more += argument + " ";
  for (std::size_t stage = 0; stage < kStages.size(); ++stage) {
    if ((*called)[stage]) continue;
    after += fmt::format("{0}{1} = {2} {3}lxc {1}\n", kPrefix, kStages[stage], call.program, more);
  }
  return after;
}

Result<std::string> WithoutLxcHooks(std::string_view text, std::string_view where,
                                    std::string_view program) {
  std::string after;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view whole = TakeWholeLine(text);
    const auto line = LineNumber(number, whole, where);
    if (!line) return std::unexpected(line.error());
    if (*line && IsOurs(**line, program)) continue;
    if (Trimmed(whole) == kMark) {
      // With the blank line that was put above it.
      if (after.ends_with("\n\n")) after.pop_back();
      continue;
    }
    after += whole;
  }
  return after;
}

}  // namespace headroom
