#pragma once

#include <string_view>

// Without exceptions its parser gives back what went wrong. It asserts, or with NDEBUG assumes,
// that a table's header begins with a key, before it looks and gives an error: "[%]" would end the
// program, or worse. For .cc files of this folder alone: it is large.
#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(condition) static_cast<void>(0)
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include "base/result.h"

namespace headroom {

/// A TOML document, for looking at: text is changed as text. kMalformed, with line and column, for
/// what is none; also for keys of more than a thousand parts, which the library answers with a
/// stack overflow. Pure.
[[nodiscard]] Result<toml::table> ParseToml(std::string_view text, std::string_view where);

/// The table at that place; nullptr: there is nothing, or something else.
[[nodiscard]] const toml::table* TomlTableAt(const toml::table& root,
                                             std::initializer_list<std::string_view> path);

}  // namespace headroom
