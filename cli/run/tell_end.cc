#include "cli/run/tell_end.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "cli/why/answer.h"
#include "cli/why/lives.h"
#include "cli/why/why.h"
#include "container/enrolment/registry_dir.h"
#include "evidence/store.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// An incident is closed 10 s after its first kill, 5 s later where a photograph was under way.
constexpr std::chrono::nanoseconds kPatience = 20s;
constexpr int kLookAgainMs = 50;

std::string Processes(std::uint64_t count) {
  return fmt::format("{} {}", count, count == 1 ? "process" : "processes");
}

std::string Number(const std::optional<std::uint64_t>& count) {
  return count ? std::to_string(*count) : "not known";
}

/// Its bundles that tell of kills, newest first.
std::vector<BundleEntry> KillBundles(const Store& store, const Enrolment& command) {
  auto bundles = store.ListContainer(StoreContainerDir(command));
  if (!bundles) return {};
  std::erase_if(*bundles, [&](const BundleEntry& bundle) {
    return !CountsKills(bundle.kind) || !IsOfGeneration(bundle, command.GenerationKey());
  });
  return *std::move(bundles);
}

/// Whether the store accounts for all that was counted, or headroomd is done with the command.
bool IsExamined(const Environment& environment, const Store& store, const RunEnd& end) {
  if (!RegistryDir(environment.paths.run_dir).Has(end.command)) return true;
  if (!end.counted.is_final) return false;  // nobody knows up to which count it would have to be
  const auto& before = end.command.cgroup.events;
  const auto accounted = store.AccountedUpTo(end.command);
  const std::uint64_t baseline = before ? before->oom_kill.value_or(0) : 0;
  return accounted && *accounted && **accounted >= baseline + end.counted.kills;
}

/// False: somebody wants us to end.
bool Nap(const SignalGate& gate) {
  pollfd readable{.fd = gate.fd(), .events = POLLIN, .revents = 0};
  if (poll(&readable, 1, kLookAgainMs) <= 0) return true;
  while (const auto signal = gate.Next()) {
    if (signal->ssi_signo != SIGCHLD) return false;
  }
  return true;
}

void AwaitBundle(const Environment& environment, const SignalGate& gate, const Store& store,
                 const RunEnd& end) {
  while (gate.Next()) {  // what ended the command is not meant for this wait
  }
  const BootTime deadline = NowBoot() + kPatience;
  while (!IsExamined(environment, store, end) && NowBoot() < deadline) {
    if (!Nap(gate)) return;
  }
}

void Say(const Environment& environment, const std::string& line) {
  environment.err << "headroom: " << line << '\n';
}

void TellVerdict(const Environment& environment, const SignalGate& gate, const RunEnd& end) {
  const Store store(environment.paths.store_dir);
  AwaitBundle(environment, gate, store, end);
  const auto bundles = KillBundles(store, end.command);
  if (!bundles.empty()) {
    environment.err << '\n';
    // Standard output is the command's: whoever reads it gets nothing of ours.
    (void)ExplainNewest(WithOutputTo(environment, environment.err), WhyOptions{}, bundles);
    return;
  }
  if (end.counted.kills == 0) return;  // it was somebody else's that was counted above
  Say(environment, CountersText(end));
  Say(environment, fmt::format("headroom why {} tells more as soon as headroomd has examined it",
                               EscapedForPeople(end.command.DisplayName())));
}

}  // namespace

EndWord WhatToSay(const RunEnd& end) {
  const CountedKills& counted = end.counted;
  if (counted.kills == 0 && counted.certain()) return EndWord::kNone;
  if (end.supervised) return EndWord::kVerdict;
  if (counted.kills > 0) return EndWord::kCounters;
  return end.killed ? EndWord::kUnsure : EndWord::kNone;
}

std::string CountersText(const RunEnd& end) {
  const MemoryEvents& last = end.counted.last;
  const auto& limit = end.command.cgroup.limits.max;
  const std::string head =
      fmt::format("{}: the kernel's OOM killer killed {} of it",
                  EscapedForPeople(end.command.DisplayName()), Processes(end.counted.kills));
  const std::string met = limit ? ToText(*limit) : "not known";
  if (end.command.cgroup_version == CgroupVersion::kV1) {
    return fmt::format(
        "{}; memory.oom_control: oom_kill {}; memory.failcnt and memory.memsw.failcnt: {}; "
        "memory.limit_in_bytes: {}",
        head, Number(last.oom_kill), Number(last.max), met);
  }
  return fmt::format("{}; memory.events: oom_kill {}, oom {}, max {}; memory.max: {}", head,
                     Number(last.oom_kill), Number(last.oom), Number(last.max), met);
}

std::string UnsureText(const RunEnd& end) {
  const auto& above = end.counted.above;
  const std::string who = EscapedForPeople(end.command.DisplayName());
  const std::string seen =
      above ? fmt::format("{} counted {} killed by the OOM killer meanwhile, all below it included",
                          EscapedForPeople(end.command.ancestors.front().path), Processes(*above))
            : "no other counter is there to tell";
  return fmt::format(
      "{} was killed by SIGKILL, and its cgroup was gone before its counter could be read; {}; "
      "dmesg has the kernel's own word",
      who, seen);
}

void TellEnd(const Environment& environment, const SignalGate& gate, const RunEnd& end) {
  switch (WhatToSay(end)) {
    case EndWord::kNone:
      break;
    case EndWord::kVerdict:
      TellVerdict(environment, gate, end);
      break;
    case EndWord::kCounters:
      Say(environment, CountersText(end));
      break;
    case EndWord::kUnsure:
      Say(environment, UnsureText(end));
      break;
  }
}

}  // namespace headroom
