#include <fmt/format.h>

#include <algorithm>

#include "policy/advice/advice.h"
#include "policy/heap/java.h"

namespace headroom::heap {
namespace {

/// "-Xmx512m", "-Xmx512m in JAVA_TOOL_OPTIONS".
template <typename T>
std::string Quote(const Asked<T>& asked) {
  if (asked.variable.empty()) return asked.option;
  return fmt::format("{} in {}", asked.option, asked.variable);
}

/// The option that the size of the heap comes from; empty where none does.
std::string HeapOption(const JavaMemory& memory) {
  if (memory.max_heap) return Quote(*memory.max_heap);
  if (memory.max_ram_share) return Quote(*memory.max_ram_share);
  if (memory.max_ram_fraction) return Quote(*memory.max_ram_fraction);
  if (memory.min_ram_share) return Quote(*memory.min_ram_share);
  if (memory.max_ram) return Quote(*memory.max_ram);
  return {};
}

/// What the JVM is asked to keep outside of the heap.
struct Beside {
  Bytes size;
  std::string options;
};
Beside AskedBeside(const JavaMemory& memory) {
  Beside beside;
  for (const auto& asked : {memory.direct, memory.metaspace}) {
    if (!asked) continue;
    beside.size = Sum(beside.size, asked->value);
    beside.options += (beside.options.empty() ? "" : " and ") + Quote(*asked);
  }
  return beside;
}

/// What the JVM takes for the machine's memory; nullopt: the host's, and that is not known.
std::optional<Bytes> MachineOf(const JavaMemory& memory, const Fit& fit) {
  return memory.container_support ? SeenMemory(fit) : fit.facts.host.memory_total;
}

bool GoesByMachine(const JavaMemory& memory) { return !memory.max_heap && !memory.max_ram; }

/// Whether it works out its heap from more than the limit.
bool SeesMore(const JavaMemory& memory, const Fit& fit) {
  if (!GoesByMachine(memory)) return false;
  const auto seen = MachineOf(memory, fit);
  return !seen || *seen > fit.limit;
}

std::string WhyMore(const JavaMemory& memory, Bytes seen) {
  if (!memory.container_support) {
    return fmt::format("; with -XX:-UseContainerSupport it goes by the host's {}", ToText(seen));
  }
  return fmt::format("; it looks at its own cgroup alone and goes by {}", ToText(seen));
}

/// "java is started with -Xmx512m"; of a program that may start a JVM, only what the environment
/// asks.
std::string Subject(const JavaMemory& memory, const Program& program, const Beside& beside) {
  std::string options = HeapOption(memory);
  if (options.empty()) options = beside.options;
  const char* who = program.runtime == Runtime::kJava ? "java is" : "any JVM in it is to be";
  if (options.empty()) return fmt::format("{} started without a size for its heap", who);
  return fmt::format("{} started with {}", who, options);
}

std::string HeapDumpText(const JavaMemory& memory) {
  if (!memory.heap_dump) return {};
  return "; -XX:+HeapDumpOnOutOfMemoryError writes nothing when the kernel kills with SIGKILL";
}

/// An option of the same kind whose value fits; empty where none does.
std::string SmallerHeap(const JavaMemory& memory, Bytes allowed, Bytes seen) {
  if (GoesByMachine(memory) && memory.max_ram_share && !IsSmallMachine(memory, seen)) {
    const int fitting = FittingPerCent(allowed, seen);
    return fitting == 0 ? "" : fmt::format("start it with -XX:MaxRAMPercentage={}", fitting);
  }
  if (WholeMebibytes(allowed) == 0) return {};
  return fmt::format("start it with -Xmx{}m", WholeMebibytes(allowed));
}

struct Sizes {
  Bytes seen;     ///< what the JVM takes for the machine's memory
  Bytes heap;     ///< how far it can grow
  Bytes largest;  ///< the largest heap that the share allows
  Bytes needed;   ///< with all that lies beside
};

std::string FactOf(const JavaMemory& memory, const Program& program, const Fit& fit,
                   const Sizes& sizes, const Beside& beside) {
  std::string fact = Subject(memory, program, beside);
  if (sizes.heap > sizes.largest) {
    fact += fmt::format(": a heap of {}{}; policy accepts {}, since a JVM needs memory beside it",
                        ToText(sizes.heap), ShareText(fit, sizes.heap), ToText(sizes.largest));
  } else {
    fact += fmt::format(": a heap of {}", ToText(sizes.heap));
    if (beside.size.value > 0)
      fact += fmt::format(", {} by {}", ToText(beside.size), beside.options);
    fact += fmt::format(" and the {} that a JVM needs besides are more than {}",
                        ToText(fit.jvm_overhead), LimitText(fit));
  }
  if (SeesMore(memory, fit)) fact += WhyMore(memory, sizes.seen);
  if (GoesByMachine(memory) && memory.max_ram_share && IsSmallMachine(memory, sizes.seen)) {
    fact += "; of so little memory a JVM takes MinRAMPercentage";
  }
  return fact + HeapDumpText(memory);
}

bool Fits(const Fit& fit, Bytes heap, Bytes beside) {
  return heap <= PartOf(fit.limit, fit.heap_share) &&
         Sum(Sum(heap, beside), fit.jvm_overhead) <= fit.limit;
}

/// How to let the JVM see the limit, where what it asks for would fit then; else empty.
std::string ShowLimitAdvice(const JavaMemory& memory, const Fit& fit, const Beside& beside) {
  if (!SeesMore(memory, fit)) return {};
  if (!Fits(fit, LargestHeap(memory, fit.limit), beside.size)) return {};
  if (!memory.container_support) return "start it without -XX:-UseContainerSupport";
  return "give the container that limit itself: " +
         SetMemoryMaxAdvice(fit.facts.engine, fit.limit, fit.facts.cgroup_version);
}

std::string AdviceOf(const JavaMemory& memory, const Fit& fit, const Sizes& sizes,
                     const Beside& beside) {
  const Bytes room = fit.limit - Sum(beside.size, fit.jvm_overhead);
  std::string setting = SmallerHeap(memory, std::min(room, sizes.largest), sizes.seen);
  const std::string show = ShowLimitAdvice(memory, fit, beside);
  if (!show.empty()) return setting.empty() ? show : setting + ", or " + show;
  if (!GoesByMachine(memory) || SeesMore(memory, fit)) {
    return SmallerOrRaise(fit, setting,
                          std::max(sizes.needed, WholeOf(sizes.heap, fit.heap_share)));
  }
  // A heap that is a share of the limit grows with it: only what lies beside gains room.
  if (sizes.heap > sizes.largest && !setting.empty()) return setting;
  return SmallerOrRaise(
      fit, setting, WholeOf(Sum(beside.size, fit.jvm_overhead), 1 - Share(sizes.heap, fit.limit)));
}

}  // namespace

Judgement JudgeJava(const JavaMemory& memory, const Program& program, const Fit& fit) {
  if (memory.in_a_file) return NotJudged{"java takes options from a file, which is not read"};
  // Nothing is asked of a JVM that sees the limit: the quarter of it that it takes is meant to fit.
  const bool starts_one = program.runtime == Runtime::kJava;
  if (memory.empty() && !(starts_one && SeesMore(memory, fit))) return Satisfied{};
  const auto seen = MachineOf(memory, fit);
  if (!seen && GoesByMachine(memory)) {
    return NotJudged{"java goes by the host's memory, which could not be read"};
  }
  const Beside beside = AskedBeside(memory);
  Sizes sizes;
  sizes.seen = seen.value_or(Bytes{});
  sizes.heap = LargestHeap(memory, sizes.seen);
  sizes.largest = PartOf(fit.limit, fit.heap_share);
  sizes.needed = Sum(Sum(sizes.heap, beside.size), fit.jvm_overhead);
  if (Fits(fit, sizes.heap, beside.size)) return Satisfied{};
  return Misfit(FactOf(memory, program, fit, sizes, beside), AdviceOf(memory, fit, sizes, beside));
}

}  // namespace headroom::heap
