#include "evidence/section_name.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace headroom {
namespace {

constexpr std::size_t kMaxComponents = 8;
constexpr std::size_t kMaxComponentBytes = 200;

bool IsUsable(std::string_view component) {
  const bool has_control = std::any_of(component.begin(), component.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  return !component.empty() && component.size() <= kMaxComponentBytes && component[0] != '.' &&
         !has_control;
}

}  // namespace

Result<std::vector<std::string>> SectionComponents(std::string_view name) {
  std::vector<std::string> components;
  bool usable = !name.empty() && name.back() != '/';
  for (const std::string_view component : Split(name, '/')) {
    usable = usable && IsUsable(component) && components.size() < kMaxComponents;
    if (!usable) break;
    components.emplace_back(component);
  }
  if (usable) return components;
  return Malformed(EscapedForPeople(name.substr(0, kMaxComponentBytes)),
                   "is no name of a section, expected a relative path like before/memory.stat");
}

}  // namespace headroom
