#include "base/text.h"
#include "fuzz/fuzz.h"
#include "kernel/cgroup/hugetlb.h"
#include "kernel/cgroup/pids_max.h"

namespace {

using namespace headroom;

void CheckPidsMax(std::string_view text) {
  const auto limit = ParsePidsMax(text);
  if (!limit) {
    // What stood there is shown, and not all of it where that is much.
    Require(limit.error().code == ErrorCode::kMalformed);
    Require(limit.error().Message().find('\n') == std::string::npos);
    Require(limit.error().Message().size() < 500);
    return;
  }
  Require(limit->has_value() != (Trimmed(text) == "max"));
  if (*limit) Require(ParsePidsMax(std::to_string(**limit)).value() == *limit);
}

void CheckHugePageSize(std::string_view name) {
  const auto size = ParseHugePageSize(name);
  if (!size) return;
  Require(size->value >= 1024);
  Require(ParseHugePageSize(HugePageSizeName(*size)) == size);
  Require(HugetlbSizeInFileName("hugetlb." + std::string(name) + ".max") == name);
}

}  // namespace

HEADROOM_FUZZ(text) {
  CheckPidsMax(text);
  CheckHugePageSize(text);
  const std::string_view size = HugetlbSizeInFileName(text);
  Require(size.empty() || text == "hugetlb." + std::string(size) + ".max");
  CheckHugePageSize(size);
}
