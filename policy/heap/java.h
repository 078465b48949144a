#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "policy/heap/asked.h"
#include "policy/heap/fit.h"
#include "policy/heap/program.h"

namespace headroom::heap {

/// Where a JVM takes its options from, each overriding what stands before it (JDK: arguments.cpp,
/// java.c). JAVA_OPTS, CATALINA_OPTS and the like are read by scripts alone, if at all, so nothing
/// is said of them.
struct JavaOptionSources {
  std::optional<std::string_view> tool_options;      ///< JAVA_TOOL_OPTIONS
  std::optional<std::string_view> jdk_java_options;  ///< JDK_JAVA_OPTIONS, of the launcher, JDK 9+
  std::span<const std::string> args;                 ///< behind "java"
  std::optional<std::string_view> java_options;      ///< _JAVA_OPTIONS
};

/// What a JVM is asked for. Absent: not asked.
struct JavaMemory {
  std::optional<Asked<Bytes>> max_heap;           ///< -Xmx, -XX:MaxHeapSize
  std::optional<Asked<double>> max_ram_share;     ///< -XX:MaxRAMPercentage, per cent
  std::optional<Asked<double>> max_ram_fraction;  ///< -XX:MaxRAMFraction, as per cent
  std::optional<Asked<double>> min_ram_share;     ///< -XX:MinRAMPercentage, per cent
  std::optional<Asked<Bytes>> max_ram;            ///< -XX:MaxRAM
  std::optional<Asked<Bytes>> direct;             ///< -XX:MaxDirectMemorySize
  std::optional<Asked<Bytes>> metaspace;          ///< -XX:MaxMetaspaceSize
  bool container_support = true;                  ///< -XX:-UseContainerSupport: the host's memory
  bool heap_dump = false;                         ///< -XX:+HeapDumpOnOutOfMemoryError
  bool in_a_file = false;                         ///< options stand in a file, unread

  [[nodiscard]] bool empty() const {
    return !max_heap && !max_ram_share && !max_ram_fraction && !min_ram_share && !max_ram &&
           !direct && !metaspace && container_support && !in_a_file;
  }
};

/// The last one of an option wins; one with a value that a JVM would not take counts as not there.
/// Reads up to the main class, -jar or -m: what stands behind belongs to the program. Pure.
[[nodiscard]] JavaMemory ReadJava(const JavaOptionSources& sources);

/// How large the heap can grow where the JVM takes `seen` for the machine's memory, as HotSpot
/// works it out: below 250 MB of it, MinRAMPercentage is what counts, and MaxRAMPercentage is not.
[[nodiscard]] Bytes LargestHeap(const JavaMemory& memory, Bytes seen);

/// Whether `seen` is so little that MinRAMPercentage counts.
[[nodiscard]] bool IsSmallMachine(const JavaMemory& memory, Bytes seen);

/// The rule's word on a program that is, or may start, a JVM.
[[nodiscard]] Judgement JudgeJava(const JavaMemory& memory, const Program& program, const Fit& fit);

}  // namespace headroom::heap
