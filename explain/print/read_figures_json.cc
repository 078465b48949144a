#include <nlohmann/json.hpp>
#include <utility>

#include "evidence/json_fields.h"
#include "explain/print/read_fields.h"

namespace headroom {
namespace {

using nlohmann::json;

/// In the order of ChargedPart, as they are where they are written.
std::vector<PartAmount> PartsOf(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  std::vector<PartAmount> parts;
  for (int i = 0; i <= static_cast<int>(ChargedPart::kUnaccounted); ++i) {
    const auto part = static_cast<ChargedPart>(i);
    const auto bytes = AmountOf(reader, ChargedPartName(part));
    if (bytes) parts.push_back({.part = part, .bytes = *bytes});
  }
  return parts;
}

BreakdownFigures BreakdownOf(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  BreakdownFigures figures;
  figures.cgroup = PrintableOf(reader, "cgroup");
  figures.when = PrintableOf(reader, "when");
  figures.evidence = PrintableOf(reader, "evidence");
  Breakdown& breakdown = figures.breakdown;
  breakdown.total = AmountOf(reader, "total").value_or(Bytes{});
  breakdown.current = AmountOf(reader, "current");
  breakdown.mapped = AmountOf(reader, "mapped");
  if (const json* parts = reader.MaybeObject("parts")) {
    breakdown.parts = PartsOf(*parts, where + ": parts", status);
  }
  // What is beside the parts of it is only told where the kernel states the whole.
  breakdown.kernel_stated = breakdown.Of(ChargedPart::kOtherKernel).has_value();
  return figures;
}

std::optional<MappingGroup> GroupOf(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  const auto kind = ParseMappingKind(reader.MaybeString("kind").value_or(""));
  MappingGroup group;
  group.kind = kind.value_or(MappingKind::kAnonymous);
  group.name = PrintableOf(reader, "name");
  group.sharing = reader.MaybeBool("shared").value_or(false) ? Sharing::kShared : Sharing::kPrivate;
  group.mappings = reader.MaybeUint64("mappings").value_or(0);
  group.size = AmountOf(reader, "size").value_or(Bytes{});
  group.rss = AmountOf(reader, "rss").value_or(Bytes{});
  group.pss = AmountOf(reader, "pss");
  group.private_dirty = AmountOf(reader, "private_dirty");
  group.swap = AmountOf(reader, "swap");
  group.anon_huge_pages = AmountOf(reader, "anon_huge_pages");
  group.hugetlb = AmountOf(reader, "hugetlb");
  group.locked = AmountOf(reader, "locked");
  return kind ? std::optional(std::move(group)) : std::nullopt;
}

MappingFigures MappingsOf(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  MappingFigures figures;
  figures.pid = PidOf(reader, "pid");
  if (figures.pid == 0) reader.Refuse("pid", "is missing");
  figures.evidence = PrintableOf(reader, "evidence");
  figures.total = reader.MaybeUint64("total").value_or(0);
  for (auto& group :
       RowsOf<std::optional<MappingGroup>>(reader, "groups", kMostSummaryRows, status, GroupOf)) {
    if (group) figures.groups.push_back(*std::move(group));
  }
  return figures;
}

HeldFigures HeldOf(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  return {.anon = AmountOf(reader, "anon"),
          .shmem = AmountOf(reader, "shmem"),
          .zswap = AmountOf(reader, "zswap"),
          .kernel = AmountOf(reader, "kernel"),
          .cache = AmountOf(reader, "cache"),
          .cgroup = PrintableOf(reader, "cgroup"),
          .at_kill = reader.MaybeBool("at_kill").value_or(false),
          .evidence = PrintableOf(reader, "evidence")};
}

GrowthFigures GrowthOf(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  GrowthFigures growth;
  growth.shape = PrintableOf(reader, "shape");
  growth.bytes_per_second = reader.MaybeUint64("bytes_per_second").value_or(0);
  growth.duration = SpanOf(reader, "duration_ns").value_or(std::chrono::nanoseconds(0));
  growth.samples = reader.MaybeUint64("samples").value_or(0);
  growth.fit = reader.MaybeDouble("fit");
  growth.first_pressure = TimeOf(reader, "first_pressure_boot_ns");
  growth.to_limit = SpanOf(reader, "to_limit_ns");
  return growth;
}

/// nullopt where the member is absent.
template <typename Read>
auto MaybeRead(FieldReader& reader, std::string_view key, Status& status, Read read)
    -> std::optional<decltype(read(json(), std::string(), status))> {
  const json* object = reader.MaybeObject(key);
  if (object == nullptr) return std::nullopt;
  std::string where = reader.where();
  return read(*object, where.append(": ").append(key), status);
}

}  // namespace

void ReadFigures(FieldReader& reader, Status& status, Verdict& verdict) {
  verdict.held = MaybeRead(reader, "held", status, HeldOf);
  verdict.breakdown =
      RowsOf<BreakdownFigures>(reader, "breakdown", kMostSummaryRows, status, BreakdownOf);
  verdict.mappings = MaybeRead(reader, "mappings", status, MappingsOf);
  verdict.growth = MaybeRead(reader, "growth", status, GrowthOf);
}

}  // namespace headroom
