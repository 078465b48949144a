#include "cli/fix_words.h"

#include <fmt/format.h>

#include "base/text.h"

namespace headroom {
namespace {

FixWords OfBytes(std::string setting, Bytes value) {
  return {
      .setting = std::move(setting), .value = std::to_string(value.value), .text = ToText(value)};
}

FixWords Plain(std::string setting, const std::string& value) {
  return {.setting = std::move(setting), .value = value, .text = value};
}

struct InWords {
  FixWords operator()(const SetMemoryMax& fix) const { return OfBytes("memory.max", fix.value); }
  FixWords operator()(const SetSwapMax& fix) const { return OfBytes("memory.swap.max", fix.value); }
  FixWords operator()(const SetOomGroup& /*fix*/) const { return Plain("memory.oom.group", "1"); }
  FixWords operator()(const SetMemoryLow& fix) const { return OfBytes("memory.low", fix.value); }
  FixWords operator()(const SetPidsMax& fix) const {
    return Plain("pids.max", std::to_string(fix.value.value));
  }
  FixWords operator()(const SetHugetlbMax& fix) const {
    return OfBytes(fmt::format("hugetlb of {} pages", ToText(fix.page_size)), fix.value);
  }
  FixWords operator()(const SetTmpfsSize& fix) const { return OfBytes(fix.destination, fix.value); }
  FixWords operator()(const SetOomScoreAdj& fix) const {
    return Plain("oom_score_adj", std::to_string(fix.value.value));
  }
  FixWords operator()(const SetMemlock& fix) const { return OfBytes("RLIMIT_MEMLOCK", fix.value); }
  FixWords operator()(const EnableOomKiller& /*fix*/) const {
    return Plain("disableOOMKiller", "false");
  }
};

}  // namespace

FixWords WordsOf(const Fix& fix) { return std::visit(InWords{}, fix); }

std::string FixText(const Fix& fix) {
  const FixWords words = WordsOf(fix);
  return fmt::format("{} to {}", EscapedForPeople(words.setting), words.text);
}

std::vector<FixChannels> AllFixChannels() {
  return {
      {"memory limit", "`linux.resources.memory.limit`",
       "`memory.max`; on cgroup v1 `memory.limit_in_bytes`, and `memory.memsw.limit_in_bytes` with "
       "it"},
      {"swap", "`linux.resources.memory.swap`", "`memory.swap.max`"},
      {"kill of the whole container", "`memory.oom.group` of `linux.resources.unified`",
       "`memory.oom.group`"},
      {"protection", "`memory.low` of `linux.resources.unified`", "`memory.low`"},
      {"processes", "`linux.resources.pids.limit`", "`pids.max`"},
      {"huge pages", "`linux.resources.hugepageLimits`", "`hugetlb.SIZE.max`"},
      {"size of a tmpfs", "`size=` among the options of the mount", "the tmpfs is remounted"},
      {"OOM score", "`process.oomScoreAdj`", "`oom_score_adj` of the init"},
      {"locked memory", "`RLIMIT_MEMLOCK` of `process.rlimits`", "not changed there"},
      {"OOM killer (cgroup v1)", "`linux.resources.memory.disableOOMKiller`", "not changed there"},
  };
}

}  // namespace headroom
