#pragma once

#include <fmt/format.h>
#include <sys/stat.h>

#include <sstream>
#include <string>
#include <utility>

#include "base/testing/temporary_directory.h"
#include "cli/program.h"
#include "container/enrolment/registry_dir.h"
#include "evidence/store.h"
#include "explain/testing/cases.h"
#include "explain/verdict.h"

namespace headroom {

/// A machine in a temporary directory: a run directory, a store, /proc and a cgroup tree, and the
/// program with its streams caught.
class Machine {
 public:
  Machine() {
    dir_.Write("proc/self/x", "");
    dir_.Write("cgroup/cgroup.controllers", "memory\n");
  }

  struct Ran {
    int status = -1;
    std::string out;
    std::string err;
  };
  [[nodiscard]] Ran Run(std::vector<std::string> arguments, bool terminal = false,
                        bool root = true) const {
    std::ostringstream out;
    std::ostringstream err;
    const Environment environment{
        .paths = {.run_dir = run_dir(),
                  .store_dir = store_dir(),
                  .config_dir = dir_.path() + "/etc"},
        .host = {.proc = dir_.path() + "/proc", .cgroup_root = dir_.path() + "/cgroup"},
        .out = out,
        .err = err,
        .terminal = terminal,
        .system_store = root ? "" : system_store(),
        .root = root,
        .others = others};
    const int status = RunProgram(environment, std::move(arguments));
    return {status, out.str(), err.str()};
  }

  /// Makes the cgroup of an enrolment, with 40 of its 64 MiB in use, and notes its inode there.
  void MakeCgroup(Enrolment& container, const std::string& high = "max") const {
    const std::string cgroup = "cgroup" + container.cgroup.path;
    dir_.Write(cgroup + "/cgroup.controllers", "memory\n");
    dir_.Write(cgroup + "/memory.current", "41943040\n");
    dir_.Write(cgroup + "/memory.max", "67108864\n");
    dir_.Write(cgroup + "/memory.high", high + "\n");
    SetKills(container, 0);
    struct stat info{};
    (void)stat((dir_.path() + "/" + cgroup).c_str(), &info);
    container.cgroup.inode = info.st_ino;
    container.cgroup.events = MemoryEvents{};
    container.cgroup.events->oom_kill = 0;
    container.cgroup.limits.high = Limit::Unlimited();
  }
  void SetKills(const Enrolment& container, int kills) const {
    dir_.Write("cgroup" + container.cgroup.path + "/memory.events",
               fmt::format("low 0\nhigh 0\nmax 0\noom {0}\noom_kill {0}\n", kills));
  }
  /// A process with that start time, or another one.
  void MakeProcess(const ProcessId& id, char state = 'S') const {
    dir_.Write(fmt::format("proc/{}/stat", id.pid),
               fmt::format("{} (eat) {} 1 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 {} 1000 10 0 0 "
                           "0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
                           id.pid, state, id.start_ticks));
  }
  std::string Enrol(const Enrolment& container) const {
    return RegistryDir(run_dir()).Add(container).value();
  }
  std::string Publish(const Store::Draft& draft) const {
    return Store(store_dir()).Publish(draft).value();
  }
  void WriteEnded(const Enrolment& container, const std::string& delta,
                  const std::string& wall = "2025-11-21T04:00:00.000Z",
                  const std::string& exit = "") const {
    dir_.Write("run/ended/" + container.ContainerKey() + ".json",
               fmt::format(R"({{"schema": "headroom.ended/1", "id": "{}", "name": "{}",
                                "engine": "{}", "generation": "{}", "cgroup": "/x",
                                "ended_wall": "{}", "ended_boot_ns": 5,
                                "oom_kill_delta": {}, {} "counters_from": "container"}})",
                           container.id, container.DisplayName(), container.engine,
                           container.GenerationKey(), wall, delta, exit));
  }

  [[nodiscard]] std::string run_dir() const { return dir_.path() + "/run"; }
  [[nodiscard]] std::string store_dir() const { return dir_.path() + "/store"; }
  /// Root's, for whom is not root.
  [[nodiscard]] std::string system_store() const { return dir_.path() + "/system/bundles"; }
  [[nodiscard]] const TemporaryDirectory& dir() const { return dir_; }

  OtherSources others;  ///< none, unless a test says so

 private:
  TemporaryDirectory dir_;
};

/// With the verdict in it, as the supervisor publishes it.
inline Store::Draft Explained(Store::Draft draft) {
  const Verdict verdict = Explain(EvidenceOf(draft));
  for (auto [name, text] : {std::pair{"summary.json", VerdictJson(verdict)},
                            std::pair{"report.txt", VerdictText(verdict)}}) {
    Section section;
    section.row.section = name;
    section.bytes = std::move(text);
    draft.sections.push_back(std::move(section));
  }
  return draft;
}

/// The draft of a case, of another container, life or moment.
struct DraftOf {
  std::string id = "web";
  std::string name;
  std::string engine = "runc";
  std::uint64_t start_ticks = 777;
  std::chrono::seconds later{0};
  std::uint64_t from = 0;
};
inline Store::Draft MadeDraft(const DraftOf& of) {
  using namespace testing_evidence;
  EvidenceBuilder builder = KillSingle();
  builder.container().id = of.id;
  builder.container().name = of.name;
  builder.container().engine = of.engine;
  builder.container().init.start_ticks = of.start_ticks;
  Store::Draft draft = builder.draft();
  draft.incident = {draft.container.GenerationKey(), of.from, of.from + 1};
  draft.at += of.later;
  return draft;
}

}  // namespace headroom
