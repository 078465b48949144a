#include "cli/run/arguments.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace headroom {
namespace {

/// What is left of 255 bytes of a unit's name is for what stands around it.
constexpr std::size_t kLongestName = 128;
constexpr std::size_t kLongestProgram = 64;
/// As the C library has it where there is no $PATH, and without the current folder.
constexpr std::string_view kUsualPath =
    "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool IsOfNames(char c) { return IsLetterOrDigit(c) || c == '_' || c == '.' || c == '-'; }

}  // namespace

std::optional<std::vector<std::string>> TakeCommand(std::vector<std::string>& arguments) {
  const auto dashes = std::ranges::find(arguments, "--");
  if (dashes == arguments.end()) return std::nullopt;
  std::vector<std::string> command(dashes + 1, arguments.end());
  arguments.erase(dashes, arguments.end());
  return command;
}

std::string WhyNoName(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kLongestName) {
    return fmt::format("has {} bytes, expected at most {}", name.size(), kLongestName);
  }
  if (!IsLetterOrDigit(name.front()) || !std::ranges::all_of(name, IsOfNames)) {
    return "is expected to be of letters, digits, '_', '.' and '-', the first a letter or a digit";
  }
  return {};
}

std::string NameOfCommand(std::string_view program, pid_t pid) {
  std::string name(program.substr(program.rfind('/') + 1).substr(0, kLongestProgram));
  std::ranges::replace_if(name, [](char c) { return !IsOfNames(c); }, '_');
  if (name.empty() || !IsLetterOrDigit(name.front())) name.insert(0, "command");
  return fmt::format("{}-{}", name, pid);
}

std::vector<std::string> PlacesOfProgram(std::string_view program,
                                         std::optional<std::string_view> path) {
  if (program.empty()) return {};
  if (program.find('/') != std::string_view::npos) return {std::string(program)};
  const std::string_view folders = path.value_or(kUsualPath);
  std::vector<std::string_view> pieces = Split(folders, ':');
  if (folders.empty() || folders.ends_with(':')) pieces.emplace_back();
  std::vector<std::string> places;
  places.reserve(pieces.size());
  for (const std::string_view folder : pieces) {
    places.push_back(fmt::format("{}/{}", folder.empty() ? "." : folder, program));
  }
  return places;
}

}  // namespace headroom
