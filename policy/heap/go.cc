#include "policy/heap/go.h"

#include <fmt/format.h>

#include <array>

#include "policy/heap/amount.h"

namespace headroom::heap {
namespace {

constexpr std::array<Unit, 6> kUnits = {{{"", 1},
                                         {"B", 1},
                                         {"KiB", 1ULL << 10U},
                                         {"MiB", 1ULL << 20U},
                                         {"GiB", 1ULL << 30U},
                                         {"TiB", 1ULL << 40U}}};

std::string Smaller(Bytes allowed) {
  if (WholeMebibytes(allowed) == 0) return {};
  return fmt::format("set GOMEMLIMIT={}MiB", WholeMebibytes(allowed));
}

Judgement JudgeNoLimit(const Fit& fit, Bytes allowed) {
  const std::string smaller = Smaller(allowed);
  return Misfit(
      fmt::format("GOGC=off without GOMEMLIMIT: garbage is never collected, so the heap of a Go "
                  "program grows until {} kills it",
                  LimitText(fit)),
      smaller.empty() ? "leave GOGC unset" : smaller + " beside GOGC=off, or leave GOGC unset");
}

}  // namespace

GoMemory ReadGo(std::optional<std::string_view> gomemlimit, std::optional<std::string_view> gogc) {
  GoMemory memory;
  memory.collects = gogc != "off";
  if (!gomemlimit) return memory;
  const auto size = ParseSize(*gomemlimit, kUnits, LetterCase::kExact);
  if (size && *size < kLargestAmount) {
    memory.limit = {fmt::format("GOMEMLIMIT={}", *gomemlimit), "GOMEMLIMIT", *size};
  }
  return memory;
}

Judgement JudgeGo(const GoMemory& memory, const Fit& fit) {
  const Bytes allowed = PartOf(fit.limit, fit.go_share);
  if (!memory.limit) return memory.collects ? Satisfied{} : JudgeNoLimit(fit, allowed);
  const Bytes size = memory.limit->value;
  if (size <= allowed) return Satisfied{};
  return Misfit(
      fmt::format("{}: {}{}; policy accepts {}, since Go does not count what C code, mapped files "
                  "and the kernel take",
                  memory.limit->option, ToText(size), ShareText(fit, size), ToText(allowed)),
      SmallerOrRaise(fit, Smaller(allowed), WholeOf(size, fit.go_share)));
}

}  // namespace headroom::heap
