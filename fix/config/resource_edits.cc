#include <fmt/format.h>

#include "fix/config/edits.h"
#include "kernel/cgroup/hugetlb.h"

namespace headroom {
namespace {

const MemberPath kPids = {"linux", "resources", "pids", "limit"};
const MemberPath kHugePages = {"linux", "resources", "hugepageLimits"};

MemberPath RowOf(const MemberPath& array, std::size_t row, const std::string& member) {
  MemberPath path = array;
  path.push_back(std::to_string(row));
  path.push_back(member);
  return path;
}

/// `unified` is written last, so where it names the file it has to be as tight.
FixOutcome AlsoUnified(JsonText& config, const std::string& file, std::uint64_t value,
                       FixOutcome outcome) {
  const auto unified = UnifiedAt(config, file);
  if (!unified) return Failed(UnifiedPath(file), unified.error());
  if (!*unified || **unified <= Limit(Bytes{value})) return outcome;
  FixOutcome also = SetValue(config, UnifiedPath(file), fmt::format("\"{}\"", value));
  return outcome.already() ? also : Together(std::move(outcome), also);
}

/// The rows of one page size, made as tight as asked; nullopt: there is no such row.
std::optional<FixOutcome> TightenRows(JsonText& config, const std::string& page_size, Bytes value,
                                      std::size_t rows) {
  std::optional<FixOutcome> outcome;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto size = StringAt(config, RowOf(kHugePages, row, "pageSize"));
    if (!size) return Failed(kHugePages, size.error());
    if (*size != page_size) continue;
    const MemberPath path = RowOf(kHugePages, row, "limit");
    const auto now = LimitAt(config, path);
    if (!now) return Failed(path, now.error());
    const Limit limit = now->value_or(Limit::Unlimited());
    FixOutcome changed = limit <= Limit(value)
                             ? AlreadySet(path, ToCgroupText(limit))
                             : SetValue(config, path, std::to_string(value.value));
    if (!outcome || !outcome->fixed()) outcome = std::move(changed);
  }
  return outcome;
}

}  // namespace

FixOutcome EditPidsMax(JsonText& config, const SetPidsMax& fix) {
  const auto now = LimitAt(config, kPids);
  if (!now) return Failed(kPids, now.error());
  // 0 is no limit to the runtimes of before runtime-spec 1.3.
  const Limit limit = *now && **now != Limit(Bytes{0}) ? **now : Limit::Unlimited();
  const std::uint64_t value = fix.value.value;
  FixOutcome outcome = limit <= Limit(Bytes{value})
                           ? AlreadySet(kPids, ToCgroupText(limit))
                           : SetValue(config, kPids, std::to_string(value));
  return AlsoUnified(config, "pids.max", value, std::move(outcome));
}

FixOutcome EditHugetlbMax(JsonText& config, const SetHugetlbMax& fix) {
  const std::string size = HugePageSizeName(fix.page_size);
  const auto rows = config.Rows(kHugePages);
  if (!rows) return Failed(kHugePages, rows.error());
  auto outcome = TightenRows(config, size, fix.value, *rows);
  if (!outcome) {
    const std::string row =
        fmt::format(R"({{"pageSize": "{}", "limit": {}}})", size, fix.value.value);
    if (auto added = config.Append(kHugePages, row); !added) {
      return Failed(kHugePages, added.error());
    }
    outcome = TightenRows(config, size, fix.value, *rows + 1);
    if (!outcome || !outcome->already())
      return NotFixed(PathText(kHugePages), "the row is missing");
    outcome->result = FixOutcome::Result::kFixed;
    outcome->before = "absent";
    outcome->text = fmt::format("fixed: {} of {} is now {} in config.json", PathText(kHugePages),
                                size, fix.value.value);
  }
  return AlsoUnified(config, fmt::format("hugetlb.{}.max", size), fix.value.value,
                     std::move(*outcome));
}

}  // namespace headroom
