#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace headroom {

/// `text` with the values of some members of its outermost object replaced by `null`: the large
/// parts of a document that nobody here reads, and that cost most of its parsing. A name may be a
/// path of two, "linux/seccomp". Pure.
///
/// Text that is not plain JSON is given back as it is, for the parser to complain about; so is
/// everything else than the named values. What is skipped is not checked.
[[nodiscard]] std::string WithoutMembers(std::string_view text,
                                         std::initializer_list<std::string_view> names);

}  // namespace headroom
