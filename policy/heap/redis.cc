#include "policy/heap/redis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "policy/heap/amount.h"
#include "policy/heap/words.h"

namespace headroom::heap {
namespace {

/// redis.conf: "1k => 1000 bytes, 1kb => 1024 bytes", in any letters.
constexpr std::array<Unit, 8> kUnits = {{{"", 1},
                                         {"b", 1},
                                         {"k", 1000},
                                         {"kb", 1ULL << 10U},
                                         {"m", 1000ULL * 1000},
                                         {"mb", 1ULL << 20U},
                                         {"g", 1000ULL * 1000 * 1000},
                                         {"gb", 1ULL << 30U}}};

/// One "--name value ..." of the line.
struct Directive {
  std::string name;
  std::vector<std::string_view> values;
};

/// Redis makes a line of its config file of each; so "--maxmemory 100mb" may be one word, too.
std::vector<Directive> Directives(std::span<const std::string> args) {
  std::vector<Directive> directives;
  for (const std::string_view arg : args) {
    if (arg.starts_with("--")) {
      auto words = Words(arg.substr(2));
      if (words.empty()) continue;
      directives.push_back({Lower(words.front()), {words.begin() + 1, words.end()}});
    } else if (!directives.empty()) {
      directives.back().values.push_back(arg);
    }
  }
  return directives;
}

/// What the line says of the two ways to keep data, each a fork.
struct Saving {
  std::optional<bool> snapshots;
  std::optional<bool> log;

  [[nodiscard]] std::optional<bool> Forks(bool config_file) const {
    if (snapshots == true || log == true) return true;
    if (config_file) return snapshots && log ? std::optional(false) : std::nullopt;
    // Without a config file, snapshots are on and the log is off.
    return snapshots.value_or(true);
  }
};

void Take(const Directive& directive, RedisMemory& memory, Saving& saving) {
  const auto& values = directive.values;
  if (directive.name == "save") {
    saving.snapshots = std::ranges::any_of(
        values, [](std::string_view value) { return !value.empty() && value != "\"\""; });
  } else if (directive.name == "appendonly" && values.size() == 1) {
    saving.log = Lower(values.front()) == "yes";
  } else if (directive.name == "maxmemory" && values.size() == 1) {
    const auto size = ParseSize(values.front(), kUnits, LetterCase::kIgnored);
    if (size) memory.max_memory = {fmt::format("--maxmemory {}", values.front()), "", *size};
  }
}

std::string Smaller(Bytes allowed) {
  if (WholeMebibytes(allowed) == 0) return {};
  return fmt::format("start it with --maxmemory {}mb", WholeMebibytes(allowed));
}

Judgement JudgeNoLimit(const Fit& fit, Bytes allowed) {
  const std::string smaller = Smaller(allowed);
  return Misfit(
      fmt::format("the server is started with --maxmemory 0, no bound: its data grow until {} "
                  "kills it",
                  LimitText(fit)),
      smaller.empty() ? "start it with a --maxmemory" : smaller);
}

}  // namespace

RedisMemory ReadRedis(std::span<const std::string> args) {
  RedisMemory memory;
  Saving saving;
  for (const Directive& directive : Directives(args)) Take(directive, memory, saving);
  const bool config_file = !args.empty() && !args.front().starts_with("--");
  memory.saves = saving.Forks(config_file);
  return memory;
}

Judgement JudgeRedis(const RedisMemory& memory, const Fit& fit) {
  if (!memory.max_memory) return Satisfied{};
  const bool forks = memory.saves.value_or(false);
  const Bytes size = memory.max_memory->value;
  const Bytes share = PartOf(fit.limit, fit.redis_share);
  const double with_fork = 1 + fit.redis_fork_share;
  const Bytes allowed = forks ? std::min(share, WholeOf(fit.limit, with_fork)) : share;
  if (size.value == 0) return JudgeNoLimit(fit, allowed);
  if (size <= allowed) return Satisfied{};
  const std::string fact =
      fmt::format("the server is started with {}: {}{}; policy accepts {}, since ",
                  memory.max_memory->option, ToText(size), ShareText(fit, size), ToText(allowed));
  const Bytes needed =
      std::max(WholeOf(size, fit.redis_share), forks ? PartOf(size, with_fork) : Bytes{});
  if (size > share) {
    return Misfit(fact + "buffers and fragmented pages come on top",
                  SmallerOrRaise(fit, Smaller(allowed), needed));
  }
  return Misfit(fact + "saving forks, and what is written meanwhile is held twice",
                "start it with --save \"\" --appendonly no if nothing need be kept; else " +
                    SmallerOrRaise(fit, Smaller(allowed), needed));
}

}  // namespace headroom::heap
