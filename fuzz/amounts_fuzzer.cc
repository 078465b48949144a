#include <array>

#include "base/age.h"
#include "base/text.h"
#include "fuzz/fuzz.h"
#include "kernel/exit/exit_status.h"
#include "policy/heap/amount.h"
#include "policy/parse/value.h"

namespace {

using namespace headroom;

void CheckNumbers(std::string_view text) {
  if (const auto number = ParseUint64(text)) {
    Require(ParseUint64(std::to_string(*number)) == number);
    Require(text.find_first_not_of("0123456789") == std::string_view::npos);
  }
  const auto number = ParseInt64(text);
  if (!number) return;
  Require(ParseInt64(std::to_string(*number)) == number);
  const auto status = ParseWaitStatus(*number);
  if (!status) return;
  Require(status->signal.has_value() != status->code.has_value());
  Require(status->AsShellTells() >= 0 && status->AsShellTells() <= 255);
}

void CheckSizes(std::string_view text) {
  using heap::LetterCase;
  using heap::Unit;
  constexpr std::array<Unit, 4> kUnits = {
      {{"", 1}, {"k", 1U << 10U}, {"m", 1U << 20U}, {"gb", 1U << 30U}}};
  const auto exact = heap::ParseSize(text, kUnits, LetterCase::kExact);
  const auto either = heap::ParseSize(text, kUnits, LetterCase::kIgnored);
  Require(!exact || exact == either);
  Require(!either || *either <= heap::kLargestAmount);
  const auto share = heap::ParsePercentage(text);
  if (!share) return;
  Require(*share > 0 && *share <= 100);
  Require(heap::PartOf(Bytes{1U << 30U}, *share / 100) <= Bytes{1U << 30U});
}

}  // namespace

/// Numbers and amounts as people write them into policies, command lines and environments.
HEADROOM_FUZZ(text) {
  CheckNumbers(text);
  CheckSizes(text);
  if (const auto age = ParseAge(text)) {
    Require(age->count() >= 0 && *age <= std::chrono::hours(24 * 365 * 100));
    Require(ParseAge(AgeText(*age)) == age);
  }
  if (const auto amount = ParseAmount(text)) {
    Require(amount->value > 0);
    Require(ParseAmount(std::to_string(amount->value)) == amount);
  }
}
