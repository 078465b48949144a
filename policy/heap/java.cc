#include "policy/heap/java.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "policy/heap/amount.h"
#include "policy/heap/words.h"

namespace headroom::heap {
namespace {

constexpr std::array<Unit, 5> kUnits = {
    {{"", 1}, {"k", 1ULL << 10U}, {"m", 1ULL << 20U}, {"g", 1ULL << 30U}, {"t", 1ULL << 40U}}};

/// The launcher's options whose value is a word of its own.
constexpr std::array<std::string_view, 16> kValued = {"-cp",
                                                      "-classpath",
                                                      "--class-path",
                                                      "-p",
                                                      "--module-path",
                                                      "--add-modules",
                                                      "--upgrade-module-path",
                                                      "--limit-modules",
                                                      "--add-reads",
                                                      "--add-exports",
                                                      "--add-opens",
                                                      "--patch-module",
                                                      "--source",
                                                      "--describe-module",
                                                      "-d",
                                                      "--enable-native-access"};
/// Behind these stands the program.
constexpr std::array<std::string_view, 3> kLast = {"-jar", "-m", "--module"};

struct SizeOption {
  std::string_view prefix;
  std::optional<Asked<Bytes>> JavaMemory::* member;
};
constexpr std::array<SizeOption, 5> kSizes = {{{"-Xmx", &JavaMemory::max_heap},
                                               {"-XX:MaxHeapSize=", &JavaMemory::max_heap},
                                               {"-XX:MaxRAM=", &JavaMemory::max_ram},
                                               {"-XX:MaxDirectMemorySize=", &JavaMemory::direct},
                                               {"-XX:MaxMetaspaceSize=", &JavaMemory::metaspace}}};

struct PercentageOption {
  std::string_view prefix;
  std::optional<Asked<double>> JavaMemory::* member;
};
constexpr std::array<PercentageOption, 2> kPercentages = {
    {{"-XX:MaxRAMPercentage=", &JavaMemory::max_ram_share},
     {"-XX:MinRAMPercentage=", &JavaMemory::min_ram_share}}};

constexpr std::string_view kFraction = "-XX:MaxRAMFraction=";

bool TakeSize(std::string_view option, std::string_view variable, JavaMemory& memory) {
  for (const SizeOption& size : kSizes) {
    if (!option.starts_with(size.prefix)) continue;
    const auto value = ParseSize(option.substr(size.prefix.size()), kUnits, LetterCase::kIgnored);
    if (value && value->value > 0) memory.*size.member = {std::string(option), variable, *value};
    return true;
  }
  return false;
}

bool TakePercentage(std::string_view option, std::string_view variable, JavaMemory& memory) {
  for (const PercentageOption& percentage : kPercentages) {
    if (!option.starts_with(percentage.prefix)) continue;
    const auto value = ParsePercentage(option.substr(percentage.prefix.size()));
    if (value) memory.*percentage.member = {std::string(option), variable, *value};
    return true;
  }
  return false;
}

bool TakeFraction(std::string_view option, std::string_view variable, JavaMemory& memory) {
  if (!option.starts_with(kFraction)) return false;
  const std::string_view text = option.substr(kFraction.size());
  const auto parts = text.size() > kLongestAmount ? std::nullopt : ParseUint64(text);
  if (parts && *parts > 0) {
    memory.max_ram_fraction = {std::string(option), variable, 100.0 / static_cast<double>(*parts)};
  }
  return true;
}

void TakeSwitch(std::string_view option, JavaMemory& memory) {
  if (option == "-XX:-UseContainerSupport") memory.container_support = false;
  if (option == "-XX:+UseContainerSupport") memory.container_support = true;
  if (option == "-XX:+HeapDumpOnOutOfMemoryError") memory.heap_dump = true;
  if (option == "-XX:-HeapDumpOnOutOfMemoryError") memory.heap_dump = false;
  if (option.starts_with("-XX:Flags=") || option.starts_with("-XX:VMOptionsFile=")) {
    memory.in_a_file = true;
  }
}

void Take(std::string_view option, std::string_view variable, JavaMemory& memory) {
  if (TakeSize(option, variable, memory)) return;
  if (TakePercentage(option, variable, memory)) return;
  if (TakeFraction(option, variable, memory)) return;
  TakeSwitch(option, memory);
}

void TakeAll(std::optional<std::string_view> text, std::string_view variable, JavaMemory& memory) {
  if (!text) return;
  for (const std::string& option : OptionWords(*text, WordRules::kJava)) {
    // Only the launcher opens "@file"; the JVM itself refuses it.
    if (variable == "JDK_JAVA_OPTIONS" && option.starts_with('@')) memory.in_a_file = true;
    Take(option, variable, memory);
  }
}

void TakeCommandLine(std::span<const std::string> args, JavaMemory& memory) {
  bool files = true;
  for (std::size_t at = 0; at < args.size(); ++at) {
    const std::string_view arg = args[at];
    if (files && arg.starts_with('@')) {
      memory.in_a_file = true;
      continue;
    }
    if (!arg.starts_with('-') || std::ranges::find(kLast, arg) != kLast.end()) return;
    if (arg == "--disable-@files") files = false;
    if (std::ranges::find(kValued, arg) != kValued.end()) {
      ++at;
      continue;
    }
    Take(arg, "", memory);
  }
}

/// HotSpot's MaxHeapSize where nobody sets it, 96 MiB scaled for 64 bits. It tells a small machine
/// from another, and is the least heap of the latter.
constexpr Bytes kUnsetHeap{130862280};

Bytes MachineOf(const JavaMemory& memory, Bytes seen) {
  return memory.max_ram ? memory.max_ram->value : seen;
}

Bytes SmallHeap(const JavaMemory& memory, Bytes machine) {
  return PartOf(machine, (memory.min_ram_share ? memory.min_ram_share->value : 50) / 100);
}

}  // namespace

JavaMemory ReadJava(const JavaOptionSources& sources) {
  JavaMemory memory;
  TakeAll(sources.tool_options, "JAVA_TOOL_OPTIONS", memory);
  TakeAll(sources.jdk_java_options, "JDK_JAVA_OPTIONS", memory);
  TakeCommandLine(sources.args, memory);
  TakeAll(sources.java_options, "_JAVA_OPTIONS", memory);
  return memory;
}

bool IsSmallMachine(const JavaMemory& memory, Bytes seen) {
  return SmallHeap(memory, MachineOf(memory, seen)) < kUnsetHeap;
}

Bytes LargestHeap(const JavaMemory& memory, Bytes seen) {
  if (memory.max_heap) return memory.max_heap->value;
  const Bytes machine = MachineOf(memory, seen);
  if (IsSmallMachine(memory, seen)) return SmallHeap(memory, machine);
  double share = 25;
  if (memory.max_ram_fraction) share = memory.max_ram_fraction->value;
  if (memory.max_ram_share) share = memory.max_ram_share->value;
  return std::max(kUnsetHeap, PartOf(machine, share / 100));
}

}  // namespace headroom::heap
