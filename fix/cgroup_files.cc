#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "fix/fix.h"
#include "kernel/cgroup/hugetlb.h"
#include "kernel/cgroup/memory_v1.h"

namespace headroom {
namespace {

constexpr std::uint64_t kPage = 4096;  // the kernel keeps limits in whole pages, rounded down

constexpr const char* kLimitV1 = "memory.limit_in_bytes";
constexpr const char* kBothV1 = "memory.memsw.limit_in_bytes";

/// How a value is told to people.
enum class Unit { kBytes, kCount };
/// Which way is tighter: most limits are lowered, protection is raised.
enum class Tighter { kLower, kHigher };

/// One file of a cgroup that holds a number or "max", and what may be written there.
struct Wanted {
  std::string file;
  Limit value;
  Tighter tighter = Tighter::kLower;
  std::string usage_file;     ///< not below what this one says; empty: nothing is in use
  std::string ceiling_file;   ///< not above what this one says; empty: no ceiling
  std::uint64_t granule = 1;  ///< the kernel rounds down to multiples of it
  Unit unit = Unit::kBytes;
  std::string_view lasting;  ///< what lasts in a systemd unit; empty: systemd leaves it alone
};

struct Value {
  Unit unit;
  Limit limit;
};

std::string Text(const Value& value) {
  if (value.unit == Unit::kBytes || value.limit.unlimited()) return ToText(value.limit);
  return std::to_string(value.limit.bytes().value);
}

std::unexpected<Error> Refused(std::string_view where, std::string_view why) {
  return MakeError(ErrorCode::kDenied, where, why);
}

/// Opens the container's cgroup, if it still is the one that was judged.
Result<CgroupDir> OpenJudged(const HostView& host, const ContainerFacts& facts) {
  if (!facts.own_cgroup) return Refused(facts.cgroup.path, facts.not_own_reason);
  auto cgroup = CgroupDir::Open(host, facts.cgroup.path);
  if (cgroup && cgroup->inode() != facts.cgroup.inode) {
    return MakeError(ErrorCode::kGone, facts.cgroup.path, "is another cgroup than the one judged");
  }
  return cgroup;
}

Result<Limit> ReadValue(const CgroupDir& cgroup, const std::string& file) {
  const auto text = cgroup.Read(file);
  if (!text) return std::unexpected(text.error());
  // Of v1 a limit is a number, one beyond all memory where there is none.
  auto limit = file.ends_with("limit_in_bytes") ? ParseLimitV1(*text) : ParseLimit(*text);
  if (!limit) return Malformed(file, "holds neither a number nor \"max\"");
  return limit;
}

/// Neither below what is in use, where the write itself could make the kernel kill or take memory
/// away, nor above what the setting may be.
Status CheckAllowed(const CgroupDir& cgroup, const Wanted& wanted) {
  const auto text = [&wanted](Limit limit) { return Text({wanted.unit, limit}); };
  if (!wanted.usage_file.empty()) {
    const auto used = ReadValue(cgroup, wanted.usage_file);
    if (!used) return std::unexpected(used.error());
    if (*used > wanted.value) {
      return Refused(wanted.usage_file, fmt::format("is {}, more than the {} to be set",
                                                    text(*used), text(wanted.value)));
    }
  }
  if (!wanted.ceiling_file.empty()) {
    const auto ceiling = ReadValue(cgroup, wanted.ceiling_file);
    if (!ceiling) return std::unexpected(ceiling.error());
    if (*ceiling < wanted.value) {
      return Refused(wanted.ceiling_file, fmt::format("is {}, less than the {} to be set",
                                                      text(*ceiling), text(wanted.value)));
    }
  }
  return {};
}

bool IsAsAsked(const Wanted& wanted, Limit now) {
  if (now.unlimited() || wanted.value.unlimited()) return now == wanted.value;
  return now.bytes() <= wanted.value.bytes() &&
         wanted.value.bytes() - now.bytes() < Bytes{wanted.granule};
}

bool IsAsTight(const Wanted& wanted, Limit now) {
  if (IsAsAsked(wanted, now)) return true;
  return wanted.tighter == Tighter::kLower ? now <= wanted.value : now >= wanted.value;
}

std::string NotLasting(const Wanted& wanted, const ContainerFacts& facts) {
  if (!facts.unit || wanted.lasting.empty()) return {};
  return fmt::format(
      " (not lasting: systemd writes its own value at the next daemon-reload of {}; {} lasts)",
      facts.unit->name, wanted.lasting);
}

Result<FixOutcome> WriteTightened(const CgroupDir& cgroup, const Wanted& wanted,
                                  const ContainerFacts& facts, FixOutcome outcome) {
  const auto before = ReadValue(cgroup, wanted.file);
  if (!before) return std::unexpected(before.error());
  outcome.before = outcome.after = ToCgroupText(*before);
  if (IsAsTight(wanted, *before)) {
    outcome.result = FixOutcome::Result::kAlready;
    outcome.text = fmt::format("already: {} is {}", wanted.file, Text({wanted.unit, *before}));
    return outcome;
  }
  const auto refuse = [&outcome](const Error& error) {
    outcome.text = fmt::format("not fixed: {}", error.Message());
    return outcome;
  };
  if (auto allowed = CheckAllowed(cgroup, wanted); !allowed) return refuse(allowed.error());
  const auto written = cgroup.Write(wanted.file, ToCgroupText(wanted.value));
  if (!written) return refuse(written.error());
  const auto after = ReadValue(cgroup, wanted.file);
  if (!after) return refuse(after.error());
  outcome.after = ToCgroupText(*after);
  const std::string now = Text({wanted.unit, *after});
  if (!IsAsAsked(wanted, *after)) {
    outcome.text = fmt::format("not fixed: wrote {} into {} and read back {}",
                               Text({wanted.unit, wanted.value}), wanted.file, now);
    return outcome;
  }
  outcome.result = FixOutcome::Result::kFixed;
  outcome.text = fmt::format("fixed: {} is now {}{}", wanted.file, now, NotLasting(wanted, facts));
  return outcome;
}

/// What to write for each kind of fix; nullopt for one that is no file of a cgroup.
struct ToWanted {
  std::optional<Wanted> operator()(const SetMemoryMax& fix) const {
    return Wanted{.file = "memory.max",
                  .value = Limit(fix.value),
                  .usage_file = "memory.current",
                  .granule = kPage,
                  .lasting = "MemoryMax= of the unit, which the engine's own memory limit sets,"};
  }
  std::optional<Wanted> operator()(const SetSwapMax& fix) const {
    return Wanted{.file = "memory.swap.max",
                  .value = Limit(fix.value),
                  .usage_file = "memory.swap.current",
                  .granule = kPage,
                  .lasting = "MemorySwapMax= of the unit"};
  }
  std::optional<Wanted> operator()(const SetOomGroup& /*fix*/) const {
    return Wanted{.file = "memory.oom.group",
                  .value = Limit(Bytes{1}),
                  .tighter = Tighter::kHigher,
                  .unit = Unit::kCount,
                  .lasting = "OOMPolicy=kill of the unit (for a scope from systemd 253 on)"};
  }
  std::optional<Wanted> operator()(const SetMemoryLow& fix) const {
    return Wanted{.file = "memory.low",
                  .value = Limit(fix.value),
                  .tighter = Tighter::kHigher,
                  .ceiling_file = "memory.max",
                  .granule = kPage,
                  .lasting = "MemoryLow= of the unit, which the engine's reservation sets,"};
  }
  std::optional<Wanted> operator()(const SetPidsMax& fix) const {
    return Wanted{.file = "pids.max",
                  .value = Limit(Bytes{fix.value.value}),
                  .usage_file = "pids.current",
                  .unit = Unit::kCount,
                  .lasting =
                      "TasksMax= of the unit, which the engine's own limit of processes "
                      "sets,"};
  }
  std::optional<Wanted> operator()(const SetHugetlbMax& fix) const {
    const std::string name = "hugetlb." + HugePageSizeName(fix.page_size);
    return Wanted{.file = name + ".max",
                  .value = Limit(fix.value),
                  .usage_file = name + ".current",
                  .granule = std::max<std::uint64_t>(fix.page_size.value, 1)};
  }
  std::optional<Wanted> operator()(const SetTmpfsSize& /*fix*/) const { return std::nullopt; }
  std::optional<Wanted> operator()(const SetOomScoreAdj& /*fix*/) const { return std::nullopt; }
  std::optional<Wanted> operator()(const SetMemlock& /*fix*/) const { return std::nullopt; }
  std::optional<Wanted> operator()(const EnableOomKiller& /*fix*/) const { return std::nullopt; }
};

/// The same setting as v1 has it; nullopt: v1 has none, or sets it together with another.
std::optional<Wanted> OnV1(Wanted wanted) {
  if (wanted.file != "memory.max") return std::nullopt;
  wanted.file = kLimitV1;
  wanted.usage_file = "memory.usage_in_bytes";
  wanted.lasting = "MemoryLimit= of the unit, which the engine's own memory limit sets,";
  return wanted;
}

/// The smallest pids.max from the container upwards is now its own, unless one above is smaller.
void NotePids(std::optional<std::uint64_t> count, ContainerFacts& facts) {
  if (!count || (facts.pids && facts.pids->count && *facts.pids->count <= *count)) return;
  facts.pids = ContainerFacts::PidsMax{.count = count, .path = facts.cgroup.path};
}

/// What was read back is what the container has now.
void NoteInFacts(const Fix& fix, Limit now, ContainerFacts& facts) {
  MemoryLimits& limits = facts.cgroup.limits;
  if (std::holds_alternative<SetMemoryMax>(fix)) limits.max = now;
  if (std::holds_alternative<SetSwapMax>(fix)) limits.swap_max = now;
  if (std::holds_alternative<SetOomGroup>(fix)) limits.oom_group = now == Limit(Bytes{1});
  if (std::holds_alternative<SetMemoryLow>(fix)) facts.memory_low = now;
  if (std::holds_alternative<SetPidsMax>(fix)) {
    NotePids(now.unlimited() ? std::nullopt : std::optional(now.bytes().value), facts);
  }
  if (const auto* huge = std::get_if<SetHugetlbMax>(&fix)) {
    for (HugetlbFacts& row : facts.hugetlb) {
      if (row.page_size == huge->page_size) row.max = now;
    }
  }
}

}  // namespace

FixOutcome FixCgroupFile(const FixContext& context, Mode mode, const Fix& fix,
                         ContainerFacts& facts) {
  auto wanted = std::visit(ToWanted{}, fix);
  if (!wanted) return NotFixed("", "it is no setting of a cgroup");
  if (facts.cgroup_version == CgroupVersion::kV1) {
    const std::string file = wanted->file;
    wanted = OnV1(*std::move(wanted));
    if (!wanted)
      return NotFixed(file, "cgroup v1, where the memory controller is, has no such file");
  }
  if (mode == Mode::kObserve) {
    return NotFixed(wanted->file, "mode is observe, in which nothing below cgroupfs is written");
  }
  const auto cgroup = OpenJudged(context.host, facts);
  if (!cgroup) return NotFixed(wanted->file, cgroup.error().Message());
  FixOutcome outcome;
  outcome.setting = wanted->file;
  auto written = WriteTightened(*cgroup, *wanted, facts, std::move(outcome));
  if (!written) return NotFixed(wanted->file, written.error().Message());
  if (const auto now = ParseLimit(written->after)) NoteInFacts(fix, *now, facts);
  return std::move(*written);
}

std::optional<FixOutcome> KeepSwapOfV1(const FixContext& context, const FixOutcome& lowered,
                                       ContainerFacts& facts) {
  if (lowered.setting != kLimitV1 || !lowered.fixed()) return std::nullopt;
  const auto before = ParseLimit(lowered.before);
  const auto after = ParseLimit(lowered.after);
  const auto cgroup = OpenJudged(context.host, facts);
  if (!cgroup || !before || !after) return std::nullopt;
  const auto both = ReadValue(*cgroup, kBothV1);
  // Without a memory limit there was none of both either: the kernel keeps it from being less.
  if (!both || both->unlimited() || before->unlimited()) return std::nullopt;
  const Bytes swap = both->bytes() - before->bytes();
  FixOutcome outcome;
  outcome.setting = kBothV1;
  auto written = WriteTightened(*cgroup,
                                {.file = kBothV1,
                                 .value = Limit(after->bytes() + swap),
                                 .usage_file = "memory.memsw.usage_in_bytes",
                                 .granule = kPage},
                                facts, std::move(outcome));
  if (!written) written = NotFixed(kBothV1, written.error().Message());
  const Limit now = ParseLimit(written->after).value_or(*both);
  const Limit left(now.bytes() - after->bytes());
  facts.cgroup.limits.swap_max = left;
  if (left > Limit(swap)) {
    written->text +=
        fmt::format("; {} may be swapped now, where {} might before", ToText(left), ToText(swap));
  }
  return *std::move(written);
}

}  // namespace headroom
