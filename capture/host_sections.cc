#include "capture/host_sections.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "capture/not_offered.h"
#include "capture/section.h"
#include "evidence/slabs.h"
#include "kernel/proc/slabinfo.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestHostFile = 1U << 20U;

constexpr std::size_t kMostCaches = 15;

Result<std::string> ReadSlabs(const HostView& host) {
  const auto text = ReadFileAt(AT_FDCWD, host.proc + "/slabinfo", kLargestHostFile);
  if (!text) return std::unexpected(text.error());
  const Bytes page{static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE))};
  auto caches = ParseSlabinfo(*text, page);
  if (!caches) return std::unexpected(caches.error());
  SlabTable table{.caches = {}, .total_size = Bytes{}, .total = caches->size()};
  for (const SlabCache& cache : *caches) table.total_size = *table.total_size + cache.size;
  std::ranges::stable_sort(*caches, std::ranges::greater{}, &SlabCache::size);
  if (caches->size() > kMostCaches) caches->resize(kMostCaches);
  for (SlabCache& cache : *caches) {
    table.caches.push_back({.name = std::move(cache.name),
                            .size = cache.size,
                            .objects = cache.objects,
                            .object_size = cache.object_size});
  }
  return SerializeSlabs(table);
}

}  // namespace

std::vector<Section> ReadHostSections(const HostView& host) {
  std::vector<Section> sections;
  for (const char* file : {"meminfo", "vmstat", "pressure/memory", "version"}) {
    sections.push_back(MakeSection(fmt::format("host/{}", file), [&] {
      const std::string path = fmt::format("{}/{}", host.proc, file);
      return WithWhyNotOffered(ReadFileAt(AT_FDCWD, path, kLargestHostFile), file);
    }));
  }
  sections.push_back(MakeSection("host/sysctl.json", [&]() -> Result<std::string> {
    json values = json::object();
    for (const char* name : {"overcommit_memory", "panic_on_oom", "oom_kill_allocating_task",
                             "oom_dump_tasks", "swappiness"}) {
      const auto text =
          ReadFileAt(AT_FDCWD, fmt::format("{}/sys/vm/{}", host.proc, name), kLargestHostFile);
      if (text) values[fmt::format("vm.{}", name)] = std::string(Trimmed(*text));
    }
    return DumpJson(values);
  }));
  sections.push_back(MakeSection("host/slabinfo.json", [&] { return ReadSlabs(host); }));
  return sections;
}

}  // namespace headroom
