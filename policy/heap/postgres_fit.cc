#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "policy/advice/advice.h"
#include "policy/heap/postgres.h"

namespace headroom::heap {
namespace {

// What initdb writes into postgresql.conf, and PostgreSQL's own defaults.
constexpr Bytes kUsualBuffers = Mebibytes(128);
constexpr Bytes kUsualWorkMem = Mebibytes(4);
constexpr std::uint64_t kUsualConnections = 100;
constexpr std::uint64_t kUsualWorkers = 2;

struct Finding {
  std::string fact;
  std::string advice;
};

std::optional<Finding> JudgeBuffers(const PostgresMemory& memory, const Fit& fit) {
  if (!memory.shared_buffers || memory.huge_pages) return std::nullopt;
  const Bytes size = memory.shared_buffers->value;
  const Bytes allowed = PartOf(fit.limit, fit.postgres_share);
  if (size <= allowed) return std::nullopt;
  std::string smaller;
  if (WholeMebibytes(allowed) > 0) {
    smaller = fmt::format("start it with -c shared_buffers={}MB", WholeMebibytes(allowed));
  }
  return Finding{
      fmt::format("postgres is started with {}: {}{}; policy accepts {}, since sorts, hashes and "
                  "the page cache need the rest",
                  memory.shared_buffers->option, ToText(size), ShareText(fit, size),
                  ToText(allowed)),
      SmallerOrRaise(fit, smaller, WholeOf(size, fit.postgres_share))};
}

/// How many of `count` are busy at a time: at least one.
std::uint64_t Busy(std::uint64_t count, double share) {
  return std::max<std::uint64_t>(1, PartOf(Bytes{count}, share).value);
}

/// A work_mem or max_connections that fits into `room`; empty where none does.
std::string SmallerWorkMem(const PostgresMemory& memory, const Fit& fit, Bytes room,
                           std::uint64_t busy) {
  constexpr Bytes kLeast = Kibibytes(64);  // PostgreSQL's
  if (!memory.work_mem) {
    const Bytes connections =
        WholeOf(Bytes{room.value / kUsualWorkMem.value}, fit.postgres_busy_share);
    if (connections.value == 0) return {};
    return fmt::format("start it with -c max_connections={}", connections.value);
  }
  const Bytes fitting{room.value / busy};
  if (fitting < kLeast) return {};
  return fmt::format("start it with -c work_mem={}kB", fitting.value >> 10U);
}

/// work_mem for each connection that is busy at a time, beside the buffers. Only where one of the
/// two is asked for: the defaults are not the container's doing.
std::optional<Finding> JudgeWorkMem(const PostgresMemory& memory, const Fit& fit) {
  if (!memory.work_mem && !memory.max_connections) return std::nullopt;
  const Bytes work_mem = memory.work_mem ? memory.work_mem->value : kUsualWorkMem;
  const std::uint64_t busy =
      Busy(memory.max_connections ? memory.max_connections->value : kUsualConnections,
           fit.postgres_busy_share);
  const Bytes buffers = memory.shared_buffers ? memory.shared_buffers->value : kUsualBuffers;
  const Bytes shared = memory.huge_pages ? Bytes{} : buffers;
  const Bytes needed = Sum(shared, Times(work_mem, busy));
  if (needed <= fit.limit) return std::nullopt;
  return Finding{
      fmt::format("postgres may hold {} of work_mem in each of {} connections, beside {} of "
                  "shared_buffers: {}{}",
                  ToText(work_mem), busy, ToText(shared), ToText(needed), ShareText(fit, needed)),
      SmallerOrRaise(fit, SmallerWorkMem(memory, fit, fit.limit - shared, busy), needed)};
}

/// A parallel hash join lets its processes share work_mem of each of them, on /dev/shm
/// (nodeHash.c; hash_mem_multiplier may make it more).
std::optional<Finding> JudgeShm(const PostgresMemory& memory, const Fit& fit) {
  const auto& shm = fit.facts.shm;
  const std::uint64_t workers = memory.workers.value_or(kUsualWorkers);
  if (!memory.work_mem || !memory.posix_segments || workers == 0) return std::nullopt;
  if (!shm || shm->type != "tmpfs" || !shm->size || shm->size->unlimited()) return std::nullopt;
  const Bytes needed = Times(memory.work_mem->value, Sum(Bytes{workers}, Bytes{1}).value);
  if (needed <= shm->size->bytes()) return std::nullopt;
  return Finding{
      fmt::format("postgres is started with {}, so a parallel hash join may need {} on /dev/shm, "
                  "which holds {}",
                  memory.work_mem->option, ToText(needed), ToText(*shm->size)),
      needed.value <= fit.limit.value / 2 ? SizeShmAdvice(fit.facts.engine, needed)
                                          : "start it with a smaller work_mem"};
}

}  // namespace

Judgement JudgePostgres(const PostgresMemory& memory, const Fit& fit) {
  auto finding = JudgeBuffers(memory, fit);
  if (!finding) finding = JudgeWorkMem(memory, fit);
  const auto shm = JudgeShm(memory, fit);
  if (!finding && !shm) return Satisfied{};
  if (finding && shm) {
    return Misfit(finding->fact + "; also " + shm->fact, finding->advice + "; " + shm->advice);
  }
  const Finding& one = finding ? *finding : *shm;
  return Misfit(one.fact, one.advice);
}

}  // namespace headroom::heap
