#include "supervisor/registry/ended_record.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "container/field_reader.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::size_t kMostRecords = 512;

void RemoveOldest(int dir_fd) {
  const auto names = ListDirectory(dir_fd, "ended");
  if (!names || names->size() <= kMostRecords) return;
  std::vector<std::pair<std::int64_t, std::string>> by_age;
  for (const std::string& name : *names) {
    struct stat info{};
    if (fstatat(dir_fd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    by_age.emplace_back(info.st_mtim.tv_sec, name);
  }
  std::sort(by_age.begin(), by_age.end());
  for (std::size_t i = 0; i + kMostRecords < by_age.size(); ++i) {
    (void)unlinkat(dir_fd, by_age[i].second.c_str(), 0);
  }
}

}  // namespace

Status WriteEndedRecord(const std::string& run_dir, const Enrolment& enrolment,
                        std::optional<std::uint64_t> kills, const std::optional<InitExit>& exit) {
  const std::string dir = run_dir + "/ended";
  if (auto made = MakeDirectories(dir, 0700); !made) return made;
  const auto dir_fd = OpenDirectory(AT_FDCWD, dir);
  if (!dir_fd) return std::unexpected(dir_fd.error());
  json record = {{"schema", "headroom.ended/1"},
                 {"engine", enrolment.engine},
                 {"generation", enrolment.GenerationKey()},
                 {"ended_wall", ToIso8601(NowWall())},
                 {"ended_boot_ns", NowBoot().count()},
                 {"oom_kill_delta", kills ? json(*kills) : json(nullptr)},
                 {"counters_from", "container"}};
  if (exit) record["exit"] = InitExitToJson(*exit);
  if (!enrolment.aliases.empty()) record["aliases"] = enrolment.aliases;
  PutBytes(record, "id", enrolment.id);
  PutBytes(record, "name", enrolment.DisplayName());
  PutBytes(record, "cgroup", enrolment.cgroup.path);
  auto written = ReplaceFileAt(dir_fd->get(), enrolment.ContainerKey() + ".json", DumpJson(record),
                               0600, Durability::kNone);
  if (written) RemoveOldest(dir_fd->get());
  return written;
}

}  // namespace headroom
