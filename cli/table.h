#pragma once

#include <string>
#include <vector>

namespace headroom {

/// Text in columns as wide as their widest cell, two blanks apart. Cells must be escaped already.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : rows_{std::move(header)} {}
  /// One cell a column.
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] std::string Text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace headroom
