#include "explain/study/many_small.h"

#include <algorithm>
#include <map>

namespace headroom {
namespace {

constexpr std::size_t kMany = 8;
constexpr double kSmall = 0.1;
constexpr double kMuch = 0.5;

void NameThem(const ProcessTable& table, ManySmall& many) {
  std::map<std::string, std::size_t> names;
  for (const ProcessRow& row : table.processes) ++names[row.comm];
  const auto commonest = std::ranges::max_element(
      names, [](const auto& left, const auto& right) { return left.second < right.second; });
  if (commonest == names.end()) return;
  many.comm = commonest->first;
  many.with_comm = commonest->second;
}

}  // namespace

std::optional<ManySmall> FindManySmall(const ProcessTable& table, Bytes limit) {
  if (table.truncated || table.total != table.processes.size()) return std::nullopt;
  if (table.processes.size() < kMany) return std::nullopt;
  ManySmall many;
  many.processes = table.processes.size();
  for (const ProcessRow& row : table.processes) {
    if (!row.rss_anon && row.state != "Z") return std::nullopt;
    const Bytes anon = row.rss_anon.value_or(Bytes{});
    many.together = many.together + anon;
    many.largest = std::max(many.largest, anon);
  }
  if (Share(many.largest, limit) > kSmall || Share(many.together, limit) < kMuch) {
    return std::nullopt;
  }
  NameThem(table, many);
  return many;
}

}  // namespace headroom
