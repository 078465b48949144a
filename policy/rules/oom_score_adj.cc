#include <fmt/format.h>

#include <array>

#include "policy/advice/process_advice.h"
#include "policy/rule.h"

namespace headroom {
namespace {

/// OOM_SCORE_ADJ_MIN of the kernel: a process that no OOM killer ever chooses.
constexpr int kNever = -1000;
/// The lowest that kubelet gives a container: a pod's sandbox. (A Guaranteed one has -997.)
constexpr int kLowestOfKubelet = -998;
constexpr int kFirst = 1000;

constexpr std::array<ParameterSpec, 2> kParameters = {{
    {.name = "at_least",
     .kind = ParameterSpec::Kind::kOomScoreAdj,
     .fallback = OomScoreAdj{kLowestOfKubelet},
     .summary = "the lowest value that is accepted, and what action fix raises a lower one to"},
    {.name = "at_most",
     .kind = ParameterSpec::Kind::kOomScoreAdj,
     .fallback = OomScoreAdj{kFirst},
     .summary = "the highest value that is accepted"},
}};

struct Range {
  int low = kLowestOfKubelet;
  int high = kFirst;
};

Range RangeOf(const Parameters& parameters) {
  Range range;
  if (const auto low = parameters.Score("at_least")) range.low = low->value;
  if (const auto high = parameters.Score("at_most")) range.high = high->value;
  return range;
}

std::string Contradiction(const Parameters& parameters) {
  const Range range = RangeOf(parameters);
  if (range.low == kNever) {
    return "\"at_least\" is -1000, with which the kernel kills others instead; -999 is the lowest";
  }
  if (range.low > range.high) return "\"at_least\" is above \"at_most\"";
  return {};
}

Violation TooLow(const RuleInput& input, int score, const Range& range) {
  Violation violation;
  violation.fact =
      score == kNever
          ? fmt::format(
                "oom_score_adj is -1000: the kernel kills none of its processes, not even "
                "at its own limit, and others in their place; policy accepts {} to {}",
                range.low, range.high)
          : fmt::format(
                "oom_score_adj is {}, below the {} that policy accepts, so others are "
                "killed in its place",
                score, range.low);
  violation.advice = SetOomScoreAdjAdvice(input.facts.engine, range.low);
  violation.fixes = {SetOomScoreAdj{OomScoreAdj{range.low}}};
  return violation;
}

Violation TooHigh(const RuleInput& input, int score, const Range& range) {
  Violation violation;
  violation.fact = fmt::format(
      "oom_score_adj is {}, above the {} that policy accepts, so it is killed before others", score,
      range.high);
  violation.advice = SetOomScoreAdjAdvice(input.facts.engine, range.high);
  violation.no_fix_reason = "a fix only raises oom_score_adj, since lowering it is at others' cost";
  return violation;
}

Judgement Evaluate(const RuleInput& input) {
  const auto score = input.facts.process.oom_score_adj;
  if (!score) return NotJudged{"its oom_score_adj is not known"};
  const Range range = RangeOf(input.parameters);
  // -1000 is refused whatever a policy says that nobody has linted.
  if (*score < range.low || *score == kNever) return TooLow(input, *score, range);
  if (*score > range.high) return TooHigh(input, *score, range);
  return Satisfied{};
}

}  // namespace

extern constinit const Rule kOomScoreAdj{
    .id = "oom-score-adj",
    .summary = "The container's place among the victims of the OOM killer is within a range.",
    .parameters = kParameters,
    .evaluate = Evaluate,
    .contradiction = Contradiction,
};

}  // namespace headroom
