#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace headroom {

/// Arguments of a program, a line each; the argv that a parser takes borrows them.
class ArgumentLines {
 public:
  explicit ArgumentLines(std::string_view text) {
    while (const auto line = TakeLine(text)) {
      // An argument ends at its NUL, whatever comes behind.
      lines_.emplace_back(line->substr(0, line->find('\0')));
    }
    argv_.reserve(lines_.size());
    for (const std::string& line : lines_) argv_.push_back(line.c_str());
  }
  ArgumentLines(const ArgumentLines&) = delete;
  ArgumentLines& operator=(const ArgumentLines&) = delete;

  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
  [[nodiscard]] const std::vector<const char*>& argv() const { return argv_; }

 private:
  std::vector<std::string> lines_;
  std::vector<const char*> argv_;
};

}  // namespace headroom
