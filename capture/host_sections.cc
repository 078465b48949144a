#include "capture/host_sections.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "capture/section.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestHostFile = 1U << 20U;

}  // namespace

std::vector<Section> ReadHostSections(const HostView& host) {
  std::vector<Section> sections;
  for (const char* file : {"meminfo", "vmstat", "pressure/memory", "version"}) {
    sections.push_back(MakeSection(fmt::format("host/{}", file), [&] {
      return ReadFileAt(AT_FDCWD, fmt::format("{}/{}", host.proc, file), kLargestHostFile);
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
  return sections;
}

}  // namespace headroom
