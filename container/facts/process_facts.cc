#include "container/facts/process_facts.h"

#include "base/text.h"
#include "kernel/proc/limits.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

constexpr std::size_t kMaxValue = 65536;
/// ARG_MAX is of this order (execve(2)); a longer list is not judged.
constexpr std::size_t kMaxStrings = std::size_t{8} << 20U;

std::optional<Limit> ReadMemlock(const HostView& host, pid_t pid) {
  const auto text = ReadProcessValue(host, pid, "limits", kMaxValue);
  const auto memlock = text ? ParseMemlock(*text) : std::unexpected(text.error());
  return memlock ? std::optional(*memlock) : std::nullopt;
}

std::optional<int> ReadOomScoreAdj(const HostView& host, pid_t pid) {
  const auto text = ReadProcessValue(host, pid, "oom_score_adj", kMaxValue);
  const auto value = text ? ParseInt64(Trimmed(*text)) : std::nullopt;
  if (!value || *value < -1000 || *value > 1000) return std::nullopt;
  return static_cast<int>(*value);
}

/// A file of strings that each end in a NUL.
std::vector<std::string> ReadStrings(const HostView& host, pid_t pid, const std::string& file) {
  std::vector<std::string> strings;
  const auto text = ReadProcessFile(host, pid, file, kMaxStrings);
  if (!text) return strings;
  for (const std::string_view piece : Split(*text, '\0')) strings.emplace_back(piece);
  return strings;
}

ProcessFacts AskedFor(const OciConfig* config) {
  if (config == nullptr) return {};
  const OciProcess& process = config->process;
  return {.args = process.args,
          .env = process.env,
          .memlock = process.memlock,
          .oom_score_adj = process.oom_score_adj};
}

}  // namespace

ProcessFacts CollectStartingProcess(const HostView& host, pid_t init, const OciConfig* config) {
  ProcessFacts facts = AskedFor(config);
  if (!facts.memlock) facts.memlock = ReadMemlock(host, init);
  if (const auto score = ReadOomScoreAdj(host, init)) facts.oom_score_adj = score;
  return facts;
}

ProcessFacts CollectRunningProcess(const HostView& host, pid_t init, const OciConfig* config) {
  ProcessFacts facts = AskedFor(config);
  if (facts.args.empty()) {
    facts.args = ReadStrings(host, init, "cmdline");
    facts.env = ReadStrings(host, init, "environ");
  }
  if (const auto memlock = ReadMemlock(host, init)) facts.memlock = memlock;
  if (const auto score = ReadOomScoreAdj(host, init)) facts.oom_score_adj = score;
  return facts;
}

}  // namespace headroom
