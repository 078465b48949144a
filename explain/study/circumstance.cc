#include "explain/study/circumstance.h"

#include <fmt/format.h>

#include "base/text.h"
#include "explain/inputs/citation.h"
#include "kernel/kmsg/mem_info.h"
#include "kernel/kmsg/oom_lines.h"
#include "kernel/proc/meminfo.h"

namespace headroom {
namespace {

using std::chrono::nanoseconds;

/// Less than this of it is left: the kernel gives swap away in clusters and counts in batches.
constexpr double kUsedUp = 0.97;

SwapUse MakeUse(Bytes used, Bytes of, std::string evidence) {
  return {.used = used,
          .of = of,
          .of_host = false,
          .exhausted = Share(used, of) >= kUsedUp,
          .evidence = std::move(evidence)};
}

std::optional<Bytes> HostSwapTotal(const Case& the_case) {
  const std::string* text = the_case.evidence().File("host/meminfo");
  if (text == nullptr) return std::nullopt;
  const auto meminfo = ParseMeminfo(*text);
  return meminfo ? meminfo->swap_total : std::nullopt;
}

/// What it may use: its own limit, but no more than the host has.
std::optional<SwapUse> Against(const Case& the_case, Bytes used, Limit limit,
                               std::string evidence) {
  const auto host = HostSwapTotal(the_case);
  const bool of_host = host && Limit(*host) < limit;
  if (!of_host && limit.unlimited()) return std::nullopt;
  const Bytes of = of_host ? *host : limit.bytes();
  if (of.value == 0) return std::nullopt;
  SwapUse use = MakeUse(used, of, std::move(evidence));
  use.of_host = of_host;
  return use;
}

/// "swap: usage 524288kB, limit 524288kB, failcnt 12" of the cgroup whose limit was met. cgroup v1
/// prints memory and swap together, which is another thing.
std::optional<SwapUse> UseInReport(const Case& the_case) {
  const OomEvent* event = the_case.event();
  if (event == nullptr || the_case.inputs.oom_file != "kernel/oom.log") return std::nullopt;
  std::string_view raw = event->raw;
  while (const auto line = TakeLine(raw)) {
    const auto record = ParseKmsgRecord(*line);
    if (!record || !record->FromKernel()) continue;
    const auto usage = ParseUsageLine(record->text, "swap");
    if (!usage || !usage->usage) continue;
    const Limit limit = usage->limit ? Limit(*usage->limit) : Limit::Unlimited();
    return Against(the_case, *usage->usage, limit,
                   CiteInLog(the_case.evidence(), event->first_sequence, record->text));
  }
  return std::nullopt;
}

std::optional<SwapUse> UseAtSnapshot(const Case& the_case) {
  constexpr const char* kUsed = "before/memory.swap.current";
  const auto used = BytesInFile(the_case.evidence(), kUsed);
  const auto limit = LimitInFile(the_case.evidence(), "cgroup/memory.swap.max");
  if (!used || !limit) return std::nullopt;
  return Against(the_case, *used, *limit,
                 CiteFile(the_case.evidence(), RecordedName(the_case.evidence(), kUsed)));
}

std::optional<nanoseconds> Lived(const Case& the_case) {
  const BootTime started = the_case.container().enrolled_boot;
  if (!the_case.killed_at || started.count() <= 0) return std::nullopt;
  const nanoseconds lived = *the_case.killed_at - started;
  return lived.count() >= 0 ? std::optional(lived) : std::nullopt;
}

/// runc names the process that becomes the container's init so, until it starts the program
/// (libcontainer/nsenter); crun's keeps the name of crun.
bool IsOfRuntime(std::string_view comm) { return comm.starts_with("runc:[") || comm == "crun"; }

/// Calls `take` for the records of the kernel in the report until it has found what it looks for.
template <typename T, typename Take>
std::optional<T> FindLine(const Case& the_case, Take take) {
  const OomEvent* event = the_case.event();
  if (event == nullptr || the_case.inputs.oom_file != "kernel/oom.log") return std::nullopt;
  std::string_view raw = event->raw;
  while (const auto line = TakeLine(raw)) {
    const auto record = ParseKmsgRecord(*line);
    if (!record || !record->FromKernel()) continue;
    std::optional<T> found = take(*record);
    if (found) return found;
  }
  return std::nullopt;
}

std::string CiteRecord(const Case& the_case, const KmsgRecord& record) {
  const std::string* log = the_case.evidence().File("kernel/oom.log");
  const std::size_t line = log == nullptr ? 0 : LineOfRecord(*log, record.sequence);
  return line == 0 ? "" : fmt::format("kernel/oom.log:{}", line);
}

/// What is free in pieces smaller than `piece`; nullopt: one is large enough.
std::optional<Bytes> FreeInSmaller(const OomPieces& pieces, Bytes piece) {
  Bytes sum;
  for (const OomPieces::Size& size : pieces.sizes) {
    if (size.count == 0) continue;
    if (size.each >= piece) return std::nullopt;
    sum = sum + Bytes{size.count * size.each.value};
  }
  return sum;
}

}  // namespace

std::optional<SwapUse> FindSwapUse(const Case& the_case) {
  if (the_case.level.kind != LevelKind::kOwn) return std::nullopt;
  if (const auto printed = UseInReport(the_case)) return printed;
  return UseAtSnapshot(the_case);
}

std::optional<EarlyDeath> FindEarlyDeath(const Case& the_case) {
  constexpr std::chrono::seconds kFirstMoments{3};
  const Victim& victim = the_case.victim;
  if (!victim.pid || the_case.level.kind != LevelKind::kOwn) return std::nullopt;
  EarlyDeath death{.of_runtime = false, .lived = Lived(the_case), .evidence = victim.evidence};
  // Only the process that the hook saw is known to have been the runtime's: a program may call
  // itself whatever it likes.
  death.of_runtime = victim.is_init && IsOfRuntime(victim.comm);
  const auto& limit = the_case.level.limit;
  const bool tiny = limit && *limit <= Limit(kLeastToStart);
  const bool at_once = death.lived && *death.lived <= kFirstMoments;
  if (death.of_runtime && at_once) return death;
  if (victim.is_init && tiny && at_once) return death;
  return std::nullopt;
}

std::optional<Fragmented> FindFragmented(const Case& the_case) {
  const OomEvent* event = the_case.event();
  if (event == nullptr || the_case.level.kind != LevelKind::kHost) return std::nullopt;
  constexpr int kHighestOrder = 20;
  const int order = event->order.value_or(0);
  if (order < 1 || order > kHighestOrder) return std::nullopt;
  Fragmented found{.piece = {}, .order = order, .in_smaller = {}, .evidence = {}};
  bool there_is_one = false;
  (void)FindLine<bool>(the_case, [&](const KmsgRecord& record) -> std::optional<bool> {
    const auto pieces = ParsePiecesLine(record.text);
    if (!pieces) return std::nullopt;
    found.piece = Bytes{pieces->sizes.front().each.value << static_cast<unsigned>(order)};
    const auto smaller = FreeInSmaller(*pieces, found.piece);
    if (!smaller) return there_is_one = true;
    found.in_smaller = found.in_smaller + *smaller;
    if (found.evidence.empty()) found.evidence = CiteRecord(the_case, record);
    return std::nullopt;
  });
  if (there_is_one || found.in_smaller < found.piece) return std::nullopt;
  return found;
}

std::optional<Bound> FindBound(const Case& the_case) {
  const OomEvent* event = the_case.event();
  if (event == nullptr || !the_case.level.some_nodes) return std::nullopt;
  const bool by_policy = event->constraint == "CONSTRAINT_MEMORY_POLICY";
  return FindLine<Bound>(the_case, [&](const KmsgRecord& record) -> std::optional<Bound> {
    const auto nodes = ParseNodes(record.text);
    if (!nodes) return std::nullopt;
    return Bound{.by_policy = by_policy,
                 .nodes = by_policy ? nodes->policy : nodes->cpuset,
                 .evidence = CiteRecord(the_case, record)};
  });
}

std::optional<HostSwap> FindHostSwap(const Case& the_case) {
  if (the_case.level.kind != LevelKind::kHost) return std::nullopt;
  std::optional<Bytes> free;
  return FindLine<HostSwap>(the_case, [&](const KmsgRecord& record) -> std::optional<HostSwap> {
    if (const auto of_line = ParseSwapLine(record.text, "Free")) free = of_line;
    const auto total = ParseSwapLine(record.text, "Total");
    if (!free || !total || total->value == 0) return std::nullopt;
    return HostSwap{.free = *free, .total = *total, .evidence = CiteRecord(the_case, record)};
  });
}

std::optional<SetAside> FindSetAside(const Case& the_case) {
  constexpr Bytes kWorthSaying = Mebibytes(64);
  if (the_case.level.kind != LevelKind::kHost) return std::nullopt;
  return FindLine<SetAside>(the_case, [&](const KmsgRecord& record) -> std::optional<SetAside> {
    const auto huge = ParseHugePagesLine(record.text);
    constexpr std::uint64_t kMost = std::uint64_t{1} << 60U;
    if (!huge || huge->each.value == 0 || huge->free > kMost / huge->each.value) return {};
    const Bytes free{huge->free * huge->each.value};
    if (free < kWorthSaying) return std::nullopt;
    return SetAside{.free = free, .evidence = CiteRecord(the_case, record)};
  });
}

}  // namespace headroom
