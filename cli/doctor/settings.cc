#include "cli/doctor/settings.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "container/facts/host_facts.h"
#include "kernel/mount/mountinfo.h"

namespace headroom {
namespace {

constexpr std::size_t kMostBytes = 4096;
constexpr std::size_t kMostNamed = 3;

std::optional<std::uint64_t> ReadSysctl(const HostView& host, const char* name) {
  const auto text = ReadValueAt(AT_FDCWD, fmt::format("{}/sys/vm/{}", host.proc, name), kMostBytes);
  return text ? ParseUint64(Trimmed(*text)) : std::nullopt;
}

/// "always [madvise] never" -> "madvise".
std::string ChosenIn(std::string_view text) {
  const std::size_t open = text.find('[');
  const std::size_t close = text.find(']', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return "";
  return EscapedForPeople(text.substr(open + 1, close - open - 1));
}

/// One file system each, wherever it is mounted; those of containers are not in our mount table.
std::optional<std::vector<HostTmpfs>> ReadTmpfs(const HostView& host,
                                                const std::optional<Bytes>& memory) {
  const auto mounts = ReadMountinfo(host, getpid());
  if (!mounts) return std::nullopt;
  std::vector<HostTmpfs> found;
  std::set<dev_t> seen;
  for (const Mount& mount : *mounts) {
    if (mount.type != "tmpfs" || !seen.insert(mount.device).second) continue;
    const auto stated = TmpfsSize(mount);
    if (!stated && !memory) continue;
    found.push_back({.mount_point = mount.mount_point,
                     .size = stated.value_or(Limit(Bytes{memory.value_or(Bytes{}).value / 2}))});
  }
  return found;
}

HostFinding Good(std::string topic, std::string found) {
  return {.topic = std::move(topic),
          .health = Health::kGood,
          .found = std::move(found),
          .consequence = {},
          .cure = {}};
}

HostFinding Note(std::string topic, std::string found, std::string consequence,
                 std::string cure = "") {
  return {.topic = std::move(topic),
          .health = Health::kNote,
          .found = std::move(found),
          .consequence = std::move(consequence),
          .cure = std::move(cure)};
}

HostFinding JudgePanic(std::uint64_t value) {
  constexpr const char* kTopic = "vm.panic_on_oom";
  if (value == 0) return Good(kTopic, "0");
  HostFinding finding = Note(kTopic, std::to_string(value),
                             "when the host runs out of memory it panics, and there is no verdict",
                             "sysctl -w vm.panic_on_oom=0");
  if (value < 2) return finding;
  finding.health = Health::kLack;
  finding.consequence = "one container at its own limit takes the whole host down";
  return finding;
}

HostFinding JudgeOvercommit(std::uint64_t value) {
  constexpr const char* kTopic = "vm.overcommit_memory";
  if (value == 0) return Good(kTopic, "0");
  if (value == 1) {
    return Note(kTopic, "1",
                "every allocation is granted, so that a shortage shows as a kill only");
  }
  return Note(kTopic, fmt::format("{}", value),
              "allocations are refused before memory runs out: programs end with errors of their "
              "own, and nobody is killed");
}

HostFinding JudgeSwap(const HostSettings& settings) {
  const auto& total = settings.memory.swap_total;
  if (!total)
    return {.topic = "swap",
            .health = Health::kUnknown,
            .found = "not known",
            .consequence = {},
            .cure = {}};
  if (*total == Bytes{}) {
    return Note("swap", "none",
                "what containers allocate can only stay in memory; their limits are met sooner");
  }
  const std::string found =
      fmt::format("{}, vm.swappiness {}", ToText(*total),
                  settings.swappiness ? std::to_string(*settings.swappiness) : "not known");
  if (settings.swappiness != 0U) return Good("swap", found);
  return Note("swap", found, "it is used only when nothing else can be taken",
              "sysctl -w vm.swappiness=60 is the kernel's own choice");
}

void JudgeDirty(const HostFacts& memory, HostFindings& findings) {
  constexpr const char* kTopic = "vm.dirty_*";
  if (memory.dirty_bytes) {
    findings.push_back(Good(kTopic, ToText(*memory.dirty_bytes) + " may wait to be written"));
  } else if (memory.dirty_ratio && memory.memory_total) {
    const Bytes most{memory.memory_total->value / 100 * *memory.dirty_ratio};
    findings.push_back(Good(kTopic, fmt::format("{} % of free memory, here at most {}, may wait to "
                                                "be written",
                                                *memory.dirty_ratio, ToText(most))));
  }
}

void JudgePool(const HostFacts& memory, HostFindings& findings) {
  if (!memory.hugetlb_total) return;
  if (*memory.hugetlb_total == Bytes{}) {
    findings.push_back(Good("huge page pool", "none"));
    return;
  }
  findings.push_back(Note("huge page pool", ToText(*memory.hugetlb_total),
                          "that much is set aside, used or not, and no container's memory comes "
                          "from it",
                          "sysctl -w vm.nr_hugepages=0, where nothing asks for such pages"));
}

void JudgeHugePages(const std::string& chosen, HostFindings& findings) {
  constexpr const char* kTopic = "transparent huge pages";
  if (chosen.empty()) return;
  findings.push_back(chosen == "always"
                         ? Note(kTopic, "always",
                                "a program that touches little of what it maps may hold 2 MiB for "
                                "each place it touched")
                         : Good(kTopic, chosen));
}

/// Only what could fill a good part of the host is worth a word.
void JudgeTmpfs(const HostSettings& settings, HostFindings& findings) {
  if (!settings.tmpfs || !settings.memory.memory_total) return;
  constexpr const char* kTopic = "tmpfs of the host";
  Bytes sum;
  std::vector<std::string> largest;
  auto sorted = *settings.tmpfs;
  const auto size_of = [&](const HostTmpfs& tmpfs) {
    return tmpfs.size.unlimited() ? *settings.memory.memory_total : tmpfs.size.bytes();
  };
  std::ranges::stable_sort(sorted, [&](const HostTmpfs& left, const HostTmpfs& right) {
    return size_of(left) > size_of(right);
  });
  for (const HostTmpfs& tmpfs : sorted) {
    sum = sum + size_of(tmpfs);
    if (largest.size() == kMostNamed) continue;
    largest.push_back(fmt::format("{} {}", EscapedForPeople(tmpfs.mount_point),
                                  tmpfs.size.unlimited() ? "without bound" : ToText(tmpfs.size)));
  }
  const std::string found = fmt::format("{} in all ({})", ToText(sum), fmt::join(largest, ", "));
  if (sum <= *settings.memory.memory_total) {
    findings.push_back(Good(kTopic, found));
    return;
  }
  findings.push_back(Note(kTopic, found,
                          fmt::format("files there are memory, could take all {} of the host, and "
                                      "belong to no container",
                                      ToText(*settings.memory.memory_total)),
                          "mount -o remount,size=SIZE PATH"));
}

}  // namespace

HostSettings ReadHostSettings(const HostView& host, const HostPlaces& places) {
  HostSettings settings;
  settings.memory = CollectHost(host);
  settings.panic_on_oom = ReadSysctl(host, "panic_on_oom");
  settings.oom_dump_tasks = ReadSysctl(host, "oom_dump_tasks");
  settings.oom_kill_allocating_task = ReadSysctl(host, "oom_kill_allocating_task");
  settings.overcommit_memory = ReadSysctl(host, "overcommit_memory");
  settings.swappiness = ReadSysctl(host, "swappiness");
  const auto huge = ReadFileAt(AT_FDCWD, places.huge_pages, kMostBytes);
  settings.huge_pages = huge ? ChosenIn(*huge) : "";
  settings.tmpfs = ReadTmpfs(host, settings.memory.memory_total);
  return settings;
}

HostFindings JudgeSettings(const HostSettings& settings) {
  HostFindings findings;
  if (settings.panic_on_oom) findings.push_back(JudgePanic(*settings.panic_on_oom));
  if (settings.oom_kill_allocating_task) {
    constexpr const char* kTopic = "vm.oom_kill_allocating_task";
    findings.push_back(
        *settings.oom_kill_allocating_task == 0
            ? Good(kTopic, "0")
            : Note(kTopic, "1",
                   "on a host without memory whoever asks last is killed, not whoever holds most",
                   "sysctl -w vm.oom_kill_allocating_task=0"));
  }
  if (settings.oom_dump_tasks) {
    constexpr const char* kTopic = "vm.oom_dump_tasks";
    findings.push_back(*settings.oom_dump_tasks != 0
                           ? Good(kTopic, "1")
                           : Note(kTopic, "0",
                                  "the kernel's log does not say who else could have been chosen",
                                  "sysctl -w vm.oom_dump_tasks=1"));
  }
  if (settings.overcommit_memory) findings.push_back(JudgeOvercommit(*settings.overcommit_memory));
  findings.push_back(JudgeSwap(settings));
  JudgeDirty(settings.memory, findings);
  JudgePool(settings.memory, findings);
  JudgeHugePages(settings.huge_pages, findings);
  JudgeTmpfs(settings, findings);
  return findings;
}

}  // namespace headroom
