#include "container/enrolment/fit_enrolment.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace headroom {
namespace {

/// No engine takes a longer one.
constexpr std::size_t kLongestName = 4096;

Limit LimitOf(const CgroupBaseline& level) { return level.limits.max.value_or(Limit::Unlimited()); }

/// The limits say where memory can run out, so a loose or missing one goes first, and of two alike
/// the farther.
void KeepLevels(Enrolment& enrolment, std::size_t most) {
  auto& levels = enrolment.ancestors;
  if (levels.size() <= most) return;
  std::vector<std::size_t> order(levels.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return LimitOf(levels[i]); });
  order.resize(most);
  std::ranges::sort(order);
  std::vector<CgroupBaseline> kept;
  kept.reserve(most);
  for (const std::size_t i : order) kept.push_back(std::move(levels[i]));
  levels = std::move(kept);
}

void KeepFixes(Enrolment& enrolment, std::size_t most) {
  for (FindingRecord& finding : enrolment.findings) {
    if (finding.fixes.size() > most) finding.fixes.resize(most);
  }
}

bool HasMoreRows(const Enrolment& enrolment) {
  const auto too_many = [](const FindingRecord& finding) {
    return finding.fixes.size() > kMaxEnrolmentRows;
  };
  return enrolment.ancestors.size() > kMaxEnrolmentRows ||
         std::ranges::any_of(enrolment.findings, too_many);
}

void DropFacts(Enrolment& enrolment) {
  if (enrolment.policy) enrolment.policy->facts.clear();
}

void DropLongNames(Enrolment& enrolment) {
  for (std::string* name : {&enrolment.name, &enrolment.image}) {
    if (name->size() > kLongestName) name->clear();
  }
}

void DropFixes(Enrolment& enrolment) {
  KeepFixes(enrolment, 0);
  for (FindingRecord& finding : enrolment.findings) {
    if (finding.fix_outcome.size() > kLongestName) finding.fix_outcome.resize(kLongestName);
  }
}

void DropDecision(Enrolment& enrolment) { enrolment.policy.reset(); }
void DropFindings(Enrolment& enrolment) { enrolment.findings.clear(); }
void DropMostLevels(Enrolment& enrolment) { KeepLevels(enrolment, 16); }
void DropAllLevels(Enrolment& enrolment) { enrolment.ancestors.clear(); }

constexpr std::array kDrops = {DropFacts,    DropLongNames,  DropFixes,    DropDecision,
                               DropFindings, DropMostLevels, DropAllLevels};

}  // namespace

Result<std::string> SerializeToFit(const Enrolment& enrolment) {
  if (!HasMoreRows(enrolment)) {
    std::string text = SerializeEnrolment(enrolment);
    if (text.size() <= kMaxEnrolmentBytes) return text;
  }
  Enrolment less = enrolment;
  KeepLevels(less, kMaxEnrolmentRows);
  KeepFixes(less, kMaxEnrolmentRows);
  std::string text = SerializeEnrolment(less);
  for (const auto drop : kDrops) {
    if (text.size() <= kMaxEnrolmentBytes) return text;
    drop(less);
    text = SerializeEnrolment(less);
  }
  if (text.size() <= kMaxEnrolmentBytes) return text;
  return MakeError(ErrorCode::kTooLarge, "the enrolment",
                   fmt::format("has {} bytes without all that could be left out, expected at most "
                               "{}",
                               text.size(), kMaxEnrolmentBytes));
}

}  // namespace headroom
