#pragma once

#include <cstddef>
#include <string>

namespace headroom {

/// Widths of what is printed for people: 80 columns, labels at the left, evidence at the right.
inline constexpr std::size_t kRowTextWidth = 42;   ///< beside it the evidence
inline constexpr std::size_t kRowWholeWidth = 68;  ///< where no evidence stands beside it

/// A sentence over the whole width, with a remark at the right end of its first line.
void AddHeadlineRow(std::string& text, const std::string& headline, const std::string& remark);

/// The label stands on the first line; the evidence too, where the text leaves room for it. An
/// empty label: more of the row before.
void AddRow(std::string& text, const std::string& label, const std::string& content,
            std::size_t width, const std::string& evidence);

/// A line below the contents of the rows, whole however long: it is to be copied.
void AddWholeLine(std::string& text, const std::string& line);

}  // namespace headroom
