#include <fcntl.h>
#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "fix/fix.h"

namespace headroom {
namespace {

constexpr const char* kFile = "oom_score_adj";
constexpr std::size_t kMaxBytes = 4096;

/// Opens /proc/PID, if it still is the process that was judged.
Result<UniqueFd> OpenJudged(const FixContext& context, const ProcessId& init) {
  const std::string path = fmt::format("{}/{}", context.host.proc, init.pid);
  auto dir = OpenDirectory(AT_FDCWD, path);
  if (!dir) return dir;
  const auto text = ReadFileAt(dir->get(), "stat", kMaxBytes);
  if (!text) return std::unexpected(text.error());
  const auto stat = ParseProcessStat(*text);
  if (!stat) return std::unexpected(stat.error());
  if (stat->id != init) {
    return MakeError(ErrorCode::kGone, path, "is another process than the one judged");
  }
  return dir;
}

Result<std::int64_t> ReadScore(int process_dir) {
  const auto text = ReadFileAt(process_dir, kFile, kMaxBytes);
  if (!text) return std::unexpected(text.error());
  const auto value = ParseInt64(Trimmed(*text));
  if (!value) return Malformed(kFile, "holds no whole number");
  return *value;
}

FixOutcome Raise(int process_dir, std::int64_t wanted, FixOutcome outcome) {
  const auto before = ReadScore(process_dir);
  if (!before) return NotFixed(kFile, before.error().Message());
  outcome.before = outcome.after = std::to_string(*before);
  if (*before >= wanted) {
    outcome.result = FixOutcome::Result::kAlready;
    outcome.text = fmt::format("already: {} is {}; it is only ever raised", kFile, *before);
    return outcome;
  }
  if (auto written = WriteKernelFile(process_dir, kFile, std::to_string(wanted)); !written) {
    outcome.text = fmt::format("not fixed: {}", written.error().Message());
    return outcome;
  }
  const auto after = ReadScore(process_dir);
  outcome.after = after ? std::to_string(*after) : "";
  if (!after || *after != wanted) {
    outcome.text = fmt::format("not fixed: wrote {} into {} and read back {}", wanted, kFile,
                               after ? outcome.after : after.error().Message());
    return outcome;
  }
  outcome.result = FixOutcome::Result::kFixed;
  outcome.text = fmt::format("fixed: {} is now {}", kFile, *after);
  return outcome;
}

}  // namespace

FixOutcome FixOomScoreAdj(const FixContext& context, const SetOomScoreAdj& fix,
                          ContainerFacts& facts) {
  const auto process = OpenJudged(context, facts.init);
  if (!process) return NotFixed(kFile, process.error().Message());
  FixOutcome outcome;
  outcome.setting = kFile;
  outcome = Raise(process->get(), fix.value.value, std::move(outcome));
  if (const auto now = ParseInt64(outcome.after)) {
    facts.process.oom_score_adj = static_cast<int>(*now);
  }
  return outcome;
}

}  // namespace headroom
