#include "explain/html/quotes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace headroom {
namespace {

std::string Lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 1; i <= count; ++i) text += fmt::format("line {}\n", i);
  return text;
}

Verdict Citing(std::vector<std::string> citations) {
  Verdict verdict;
  for (std::string& citation : citations) {
    verdict.statements.push_back({.label = "x", .text = "y", .evidence = std::move(citation)});
  }
  return verdict;
}

Evidence With(const std::string& file, std::string text) {
  Evidence evidence;
  evidence.files[file] = std::move(text);
  return evidence;
}

const QuotedLine* LineOf(const Quote& quote, std::size_t number) {
  const auto found = std::ranges::find(quote.lines, number, &QuotedLine::number);
  return found == quote.lines.end() ? nullptr : &*found;
}

std::vector<std::size_t> DecisiveLines(const Quote& quote) {
  std::vector<std::size_t> numbers;
  for (const QuotedLine& line : quote.lines) {
    if (line.decisive) numbers.push_back(line.number);
  }
  return numbers;
}

TEST(QuotesFor, AShortFileIsWhole) {
  const auto quotes = QuotesFor(With("a", Lines(48)), Citing({"a:3"}));
  ASSERT_EQ(quotes.size(), 1U);
  EXPECT_EQ(quotes[0].lines.size(), 48U);
  EXPECT_EQ(DecisiveLines(quotes[0]), std::vector<std::size_t>{3});
}

TEST(QuotesFor, OfALongOneWhatIsCitedAndWhatStandsAroundIt) {
  const auto quotes = QuotesFor(With("a", Lines(5000)), Citing({"a:2500"}));
  ASSERT_EQ(quotes.size(), 1U);
  EXPECT_EQ(quotes[0].total_lines, 5000U);
  EXPECT_LT(quotes[0].lines.size(), 40U);
  ASSERT_NE(LineOf(quotes[0], 2500), nullptr);
  EXPECT_NE(LineOf(quotes[0], 2499), nullptr);
  EXPECT_NE(LineOf(quotes[0], 1), nullptr) << "its head";
  EXPECT_EQ(LineOf(quotes[0], 100), nullptr);
}

TEST(QuotesFor, TheLinesThatDecideInTheKernelsReportAreMarked) {
  const std::string log =
      "6,1,1,-;x invoked oom-killer: y\n6,2,1,-;anon 1\n"
      "3,3,1,-;Memory cgroup out of memory: Killed process 1 (x)\n";
  const auto quotes = QuotesFor(With("kernel/oom.log", log), Verdict{});
  ASSERT_EQ(quotes.size(), 1U);
  EXPECT_EQ(DecisiveLines(quotes[0]), (std::vector<std::size_t>{1, 3}));
}

TEST(QuotesFor, ALongLineIsCutAndSaysByHowMuch) {
  const auto quotes = QuotesFor(With("a", std::string(5000, 'x') + "\n"), Citing({"a:1"}));
  EXPECT_EQ(quotes[0].lines[0].text.size(), kMostLineBytes);
  EXPECT_EQ(quotes[0].lines[0].cut, 5000 - kMostLineBytes);
}

TEST(QuotesFor, WhatIsCitedIsThereWhereThereIsNoRoom) {
  Evidence evidence = With("kernel/oom.log", "");
  for (int i = 0; i < 4000; ++i) {
    evidence.files["kernel/oom.log"] += "Killed process " + std::string(380, 'x') + "\n";
  }
  for (int i = 0; i < 10; ++i) evidence.files["last"] += std::string(390, 'y') + "\n";
  const auto quotes = QuotesFor(evidence, Citing({"kernel/oom.log:1", "last:7"}));
  ASSERT_EQ(quotes.size(), 2U);
  EXPECT_LT(quotes[0].lines.size(), 1000U);
  ASSERT_EQ(quotes[1].lines.size(), 1U);
  EXPECT_EQ(quotes[1].lines[0].number, 7U);
}

TEST(QuotesFor, NothingIsQuotedOfAFileThatWasNotRecorded) {
  EXPECT_TRUE(QuotesFor(Evidence{}, Citing({"a:1", "", "b"})).empty());
  const auto quotes = QuotesFor(With("a", Lines(2)), Citing({"a:9", "a"}));
  EXPECT_EQ(quotes[0].lines.size(), 2U) << "a line that is not there is not made up";
  EXPECT_EQ(quotes[0].statements, std::vector<std::size_t>{1});
}

}  // namespace
}  // namespace headroom
