#include <array>

#include "policy/heap/fit.h"
#include "policy/heap/go.h"
#include "policy/heap/java.h"
#include "policy/heap/node.h"
#include "policy/heap/postgres.h"
#include "policy/heap/program.h"
#include "policy/heap/redis.h"
#include "policy/rule.h"

namespace headroom {
namespace {

using heap::Fit;
using heap::Program;
using heap::Runtime;

// The usual advice for a heap is 75 % of the limit; what goes beyond 80 % has not followed it.
constexpr double kHeapShare = 0.8;
// Classes, compiled code, thread stacks and the collector of a small service.
constexpr Bytes kJvmOverhead = Mebibytes(64);
// Go's guide to its collector wants 5 to 10 % left for what the runtime does not know of.
constexpr double kGoShare = 0.95;
// Replicas' and clients' buffers are not counted in maxmemory, and an allocator never packs tight.
constexpr double kRedisShare = 0.9;
// Up to all of it may be written, and so copied, while the child saves: half is a busy server.
constexpr double kRedisForkShare = 0.5;
// PostgreSQL's manual sees no use in more than 40 % of the machine.
constexpr double kPostgresShare = 0.5;
constexpr double kPostgresBusyShare = 1.0;

constexpr std::array<ParameterSpec, 7> kParameters = {{
    {.name = "heap_share",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = kHeapShare,
     .summary = "the largest part of the memory limit that the heap of a JVM or Node may be"},
    {.name = "jvm_overhead",
     .kind = ParameterSpec::Kind::kBytes,
     .fallback = kJvmOverhead,
     .summary = "what a JVM needs beside its heap and what else it is asked to keep"},
    {.name = "go_share",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = kGoShare,
     .summary = "the largest part of the memory limit that GOMEMLIMIT may be"},
    {.name = "redis_share",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = kRedisShare,
     .summary = "the largest part of the memory limit that Redis' maxmemory may be"},
    {.name = "redis_fork_share",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = kRedisForkShare,
     .summary = "the part of maxmemory that is held twice while a Redis that saves has forked"},
    {.name = "postgres_share",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = kPostgresShare,
     .summary = "the largest part of the memory limit that PostgreSQL's shared_buffers may be"},
    {.name = "postgres_busy_share",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = kPostgresBusyShare,
     .summary = "the part of max_connections that use their work_mem at a time"},
}};

/// nullopt: nothing limits the container, or that could not be read.
std::optional<Fit> FitOf(const RuleInput& input) {
  const auto effective = input.facts.EffectiveLimit();
  // Without cgroup v2 the runtime still sets what config.json asks for, by its own means.
  const std::optional<Limit> limit =
      effective ? std::optional(effective->limit) : input.facts.configured_limit;
  if (!limit || limit->unlimited()) return std::nullopt;
  const Parameters& parameters = input.parameters;
  const bool above = effective && effective->path != input.facts.cgroup.path;
  return Fit{
      .facts = input.facts,
      .limit = std::min(limit->bytes(), heap::kLargestAmount),
      .limit_path = above ? effective->path : std::string(),
      .heap_share = parameters.Share("heap_share").value_or(kHeapShare),
      .jvm_overhead = parameters.Amount("jvm_overhead").value_or(kJvmOverhead),
      .go_share = parameters.Share("go_share").value_or(kGoShare),
      .redis_share = parameters.Share("redis_share").value_or(kRedisShare),
      .redis_fork_share = parameters.Share("redis_fork_share").value_or(kRedisForkShare),
      .postgres_share = parameters.Share("postgres_share").value_or(kPostgresShare),
      .postgres_busy_share = parameters.Share("postgres_busy_share").value_or(kPostgresBusyShare),
  };
}

/// What the program's line and environment ask for, of the runtimes that it is or may start.
struct Asks {
  heap::JavaMemory java;
  heap::NodeMemory node;
  heap::GoMemory go;
  heap::RedisMemory redis;
  heap::PostgresMemory postgres;

  [[nodiscard]] bool Nothing(Runtime runtime) const {
    // A JVM that nobody tells anything may still see more memory than it has.
    return runtime != Runtime::kJava && java.empty() && node.empty() && !go.limit && go.collects &&
           !redis.max_memory && !postgres.shared_buffers && !postgres.work_mem &&
           !postgres.max_connections;
  }
};

Asks Read(const Program& program, const ProcessFacts& process) {
  const auto variable = [&](std::string_view name) {
    return heap::VariableOf(program, process, name);
  };
  const bool other = program.runtime == Runtime::kOther;
  Asks asks;
  if (other || program.runtime == Runtime::kJava) {
    asks.java = heap::ReadJava({.tool_options = variable("JAVA_TOOL_OPTIONS"),
                                .jdk_java_options = variable("JDK_JAVA_OPTIONS"),
                                .args = program.args,
                                .java_options = variable("_JAVA_OPTIONS")});
  }
  if (other || program.runtime == Runtime::kNode) {
    asks.node = heap::ReadNode(variable("NODE_OPTIONS"), program.args);
  }
  if (other) asks.go = heap::ReadGo(variable("GOMEMLIMIT"), variable("GOGC"));
  if (program.runtime == Runtime::kRedis) asks.redis = heap::ReadRedis(program.args);
  if (program.runtime == Runtime::kPostgres) asks.postgres = heap::ReadPostgres(program.args);
  return asks;
}

/// The first of the runtimes that does not fit, or cannot be told.
Judgement Judge(const Asks& asks, const Program& program, const Fit& fit) {
  Judgement judgement = heap::JudgeJava(asks.java, program, fit);
  if (std::holds_alternative<Satisfied>(judgement)) {
    judgement = heap::JudgeNode(asks.node, program, fit);
  }
  if (std::holds_alternative<Satisfied>(judgement)) judgement = heap::JudgeGo(asks.go, fit);
  if (std::holds_alternative<Satisfied>(judgement)) judgement = heap::JudgeRedis(asks.redis, fit);
  if (std::holds_alternative<Satisfied>(judgement)) {
    judgement = heap::JudgePostgres(asks.postgres, fit);
  }
  return judgement;
}

Judgement Evaluate(const RuleInput& input) {
  const ProcessFacts& process = input.facts.process;
  if (process.args.empty()) return NotJudged{"the container's command line could not be read"};
  const Program program = heap::FindProgram(process);
  const Asks asks = Read(program, process);
  if (asks.Nothing(program.runtime)) return Satisfied{};
  const auto fit = FitOf(input);
  if (!fit) return NotJudged{"there is no memory limit to measure the program's settings against"};
  return Judge(asks, program, *fit);
}

}  // namespace

extern constinit const Rule kRuntimeHeapFits{
    .id = "runtime-heap-fits",
    .summary =
        "What the command line and the environment let a JVM, Node, Go, Redis or PostgreSQL hold "
        "fits the memory limit.",
    .parameters = kParameters,
    .evaluate = Evaluate,
};

}  // namespace headroom
