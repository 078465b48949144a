#include "kernel/cgroup/flat_keyed.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace headroom {
namespace {

bool IsSet(const FlatKey& key) {
  return key.number != nullptr ? key.number->has_value() : key.bytes->has_value();
}

void Set(const FlatKey& key, std::uint64_t value) {
  if (key.number != nullptr) {
    *key.number = value;
  } else {
    *key.bytes = Bytes{value};
  }
}

}  // namespace

Status FillFlatKeys(std::string_view text, std::string_view file, std::span<const FlatKey> keys) {
  for (std::size_t number = 1; const auto line = TakeLine(text); ++number) {
    const std::size_t blank = line->find(' ');
    const auto key = std::ranges::find(keys, line->substr(0, blank), &FlatKey::name);
    if (key == keys.end()) continue;
    // Only where it is needed: the hook reads dozens of these lines on every start of a container.
    const auto where = [&] { return fmt::format("{}:{}", file, number); };
    if (IsSet(*key)) return Malformed(where(), fmt::format("'{}' is there twice", key->name));
    const std::string_view digits =
        blank == std::string_view::npos ? std::string_view{} : line->substr(blank + 1);
    const auto value = ParseUint64(digits);
    if (!value) {
      return Malformed(where(), fmt::format("'{}' has the value '{}', expected a decimal number",
                                            key->name, EscapedForPeople(digits)));
    }
    Set(*key, *value);
  }
  return {};
}

}  // namespace headroom
