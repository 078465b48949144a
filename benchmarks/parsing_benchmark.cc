// What it costs to understand the kernel's texts, against looking at each of their bytes once.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "kernel/kmsg/oom_log.h"
#include "kernel/log/kernel_log.h"
#include "kernel/proc/mapping_groups.h"

namespace headroom {
namespace {

/// /proc/PID/smaps of Linux 6.1 with that many mappings.
std::string SmapsText(std::int64_t mappings) {
  std::string text;
  for (std::int64_t i = 0; i < mappings; ++i) {
    text += fmt::format(
        "{:x}-{:x} rw-p {:08x} fe:01 {}                     /usr/lib/x86_64-linux-gnu/lib{}.so.1\n"
        "Size:               1024 kB\nKernelPageSize:        4 kB\nMMUPageSize:           4 kB\n"
        "Rss:                 {} kB\nPss:                 {} kB\nPss_Dirty:             0 kB\n"
        "Shared_Clean:        120 kB\nShared_Dirty:          0 kB\nPrivate_Clean:         4 kB\n"
        "Private_Dirty:        96 kB\nReferenced:          220 kB\nAnonymous:            96 kB\n"
        "LazyFree:              0 kB\nAnonHugePages:         0 kB\nShmemPmdMapped:        0 kB\n"
        "FilePmdMapped:         0 kB\nShared_Hugetlb:        0 kB\nPrivate_Hugetlb:       0 kB\n"
        "Swap:                  0 kB\nSwapPss:               0 kB\nLocked:                0 kB\n"
        "THPeligible:    0\nVmFlags: rd wr mr mw me ac sd \n",
        0x7f0000000000 + i * 0x200000, 0x7f0000000000 + i * 0x200000 + 0x100000, i * 4096,
        100000 + i, i % 17, 220 + i % 7, 110 + i % 5);
  }
  return text;
}

/// A report of Linux 6.12 as recorded in a guest, with that many rows in its table of tasks.
std::string OomLogText(std::int64_t tasks) {
  std::ifstream file(HEADROOM_SOURCE_DIR "/kernel/kmsg/testdata/kmsg-6.12.117-v2-single.txt");
  std::stringstream recorded;
  recorded << file.rdbuf();
  std::string text = recorded.str();
  const std::size_t head = text.find(";[  pid  ]");
  if (head == std::string::npos) return {};
  std::string rows;
  for (std::int64_t i = 1; i < tasks; ++i) {
    rows += fmt::format(
        "6,3849,117058198,-;[{0:7}]     0{0:6}    25133     6277     6149        0       128   "
        "102400        0             0 worker\n",
        20000 + i);
  }
  return text.insert(text.find('\n', head) + 1, rows);
}

void SetRate(benchmark::State& state, const std::string& text) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

/// The reference: every line end found, nothing made of it.
void CountLines(benchmark::State& state, const std::string& text) {
  for (auto _ : state) {
    std::int64_t lines = 0;
    std::string_view rest = text;
    for (const void* end = nullptr; (end = std::memchr(rest.data(), '\n', rest.size())) != nullptr;
         ++lines) {
      rest.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(end) - rest.data()) + 1);
    }
    benchmark::DoNotOptimize(lines);
  }
  SetRate(state, text);
}

void SmapsCountLines(benchmark::State& state) { CountLines(state, SmapsText(state.range(0))); }

void SmapsParse(benchmark::State& state) {
  const std::string text = SmapsText(state.range(0));
  for (auto _ : state) {
    auto smaps = ParseSmaps(text);
    if (!smaps) state.SkipWithError("the text is malformed");
    benchmark::DoNotOptimize(smaps);
  }
  SetRate(state, text);
}

void SmapsParseAndGroup(benchmark::State& state) {
  const std::string text = SmapsText(state.range(0));
  for (auto _ : state) {
    const auto smaps = ParseSmaps(text);
    if (!smaps) state.SkipWithError("the text is malformed");
    auto groups = GroupMappings(*smaps);
    benchmark::DoNotOptimize(groups);
  }
  SetRate(state, text);
}

void OomLogCountLines(benchmark::State& state) { CountLines(state, OomLogText(state.range(0))); }

void OomLogParse(benchmark::State& state) {
  const std::string text = OomLogText(state.range(0));
  for (auto _ : state) {
    auto events = ParseOomLog(text);
    if (events.size() != 1) state.SkipWithError("expected one event");
    if (events.front().tasks.size() != static_cast<std::size_t>(state.range(0))) {
      state.SkipWithError("a row of the task table was not understood");
    }
    benchmark::DoNotOptimize(events);
  }
  SetRate(state, text);
}

/// A syslog file with that many reports, each with a table of 200 tasks.
std::string SyslogText(std::int64_t reports) {
  std::ifstream file(HEADROOM_SOURCE_DIR
                     "/explain/testdata/kernel-logs/large-v5.15-200-tasks-syslog.log");
  std::stringstream one;
  one << file.rdbuf();
  std::string text;
  for (std::int64_t i = 0; i < reports; ++i) text += one.str();
  return text;
}

void KernelLogCountLines(benchmark::State& state) { CountLines(state, SyslogText(state.range(0))); }

void KernelLogRead(benchmark::State& state) {
  const std::string text = SyslogText(state.range(0));
  for (auto _ : state) {
    auto report = ReadKernelLog(text);
    // The same lines again are copies of one kill.
    if (report.kills.size() != 1) state.SkipWithError("the report was not understood");
    benchmark::DoNotOptimize(report);
  }
  SetRate(state, text);
}

BENCHMARK(SmapsCountLines)->Arg(20)->Arg(200)->Arg(2000);
BENCHMARK(SmapsParse)->Arg(20)->Arg(200)->Arg(2000);
BENCHMARK(SmapsParseAndGroup)->Arg(20)->Arg(200)->Arg(2000);
BENCHMARK(OomLogCountLines)->Arg(1)->Arg(100)->Arg(1000);
BENCHMARK(OomLogParse)->Arg(1)->Arg(100)->Arg(1000);
BENCHMARK(KernelLogCountLines)->Arg(1)->Arg(100);
BENCHMARK(KernelLogRead)->Arg(1)->Arg(100);

}  // namespace
}  // namespace headroom
