#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.h"
#include "explain/verdict.h"

namespace headroom {

/// One line of a recorded file, as it is quoted.
struct QuotedLine {
  std::size_t number = 0;               ///< from 1
  std::string text;                     ///< bytes as recorded, cut at kMostLineBytes
  std::size_t cut = 0;                  ///< bytes left out at its end
  bool decisive = false;                ///< to be marked
  std::vector<std::size_t> statements;  ///< of the verdict that rest on it, from 0
};

/// What the page shows of one file.
struct Quote {
  std::string file;
  std::vector<QuotedLine> lines;        ///< ascending; there may be others in between
  std::size_t total_lines = 0;          ///< of the file
  std::vector<std::size_t> statements;  ///< that rest on the file as a whole
};

inline constexpr std::size_t kMostLineBytes = 400;
inline constexpr std::size_t kMostQuotedBytes = std::size_t{160} << 10U;

/// Files that the statements rest on, in their order, then those that a reader asks for first.
/// Short ones whole, of others the cited lines and their surroundings. Cited lines come first where
/// `kMostQuotedBytes` do not suffice; what is not quoted is in the bundle. Pure, linear.
[[nodiscard]] std::vector<Quote> QuotesFor(const Evidence& evidence, const Verdict& verdict);

}  // namespace headroom
