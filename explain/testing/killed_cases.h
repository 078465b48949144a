#pragma once

#include <csignal>
#include <utility>

#include "evidence/kept_log.h"
#include "evidence/kubelet_log.h"
#include "evidence/signals.h"
#include "explain/testing/recorded_parts.h"

namespace headroom::testing_evidence {

/// Evidence of ends that the kernel's OOM killer had no part in.

inline SignalSender Sender(int pid, std::string comm, std::string exe, std::string unit) {
  SignalSender sender;
  sender.process = {.pid = pid, .comm = std::move(comm), .exe = std::move(exe)};
  sender.seen = true;
  sender.of_host = true;
  sender.cgroup = "/system.slice/" + unit;
  sender.unit = std::move(unit);
  return sender;
}

inline SentSignal Sent(int signal, BootTime at, std::optional<SignalSender> sender) {
  return {.at = at,
          .signal = signal,
          .code = sender ? 0 : 128,
          .target = kInit,
          .target_comm = "serve",
          .result = "delivered",
          .sender = std::move(sender),
          .via = {}};
}

inline Incident EndIncident(ExitStatus status) {
  Incident incident = OwnLimitIncident();
  incident.oom_kill_to = 0;
  incident.detected_by = "exit status";
  incident.detected_boot = kKilledAt;
  incident.detected_wall = kKilledWall;
  incident.levels = {Level(kCgroup, LevelRole::kContainer, Limit(Mebibytes(64)), 0, 0)};
  incident.init_exit = InitExit{.status = status, .source = "connector"};
  return incident;
}

inline Recording Idle() {
  Recording recording;
  Sample sample;
  sample.at = kKilledAt - 3s;
  sample.wall = kKilledWall - 3s;
  sample.current = Mebibytes(12);
  recording.samples.push_back(sample);
  return recording;
}

inline EvidenceBuilder Killed(ExitStatus status, const SignalRecord& signals) {
  EvidenceBuilder builder;
  builder.container().cgroup.events = Events(0, 0);
  builder.Kind(BundleKind::kKilled)
      .Record(EndIncident(status))
      .Record(Idle())
      .File("kernel/signals.json", SerializeSignals(signals))
      .Missing("before/snapshot.json", Outcome::kUnavailable,
               "its memory was not near its limit while it was watched");
  return builder;
}

inline ExitStatus BySignal(int signal) { return {.signal = signal, .code = std::nullopt}; }
inline ExitStatus WithCode(int code) { return {.signal = std::nullopt, .code = code}; }

inline EvidenceBuilder KilledByAShell() {
  SignalSender shell = Sender(505, "bash", "/usr/bin/bash", "session-4.scope");
  shell.parents = {{.pid = 480, .comm = "sshd", .exe = "/usr/sbin/sshd"}};
  return Killed(BySignal(SIGKILL), {.signals = {Sent(SIGKILL, kKilledAt, shell)}});
}

/// `docker stop`, of an init that catches SIGTERM and goes on.
inline EvidenceBuilder StoppedAfterGrace(std::string result = "delivered") {
  const auto runc = [](int pid) {
    SignalSender sender;
    sender.process = {.pid = pid, .comm = "runc", .exe = "/usr/sbin/runc"};
    sender.seen = true;
    sender.of_host = true;
    return sender;
  };
  SentSignal term = Sent(SIGTERM, kKilledAt - 10s, runc(505));
  SentSignal kill = Sent(SIGKILL, kKilledAt, runc(533));
  term.result = std::move(result);
  term.via = kill.via = "runc";
  EvidenceBuilder builder = Killed(BySignal(SIGKILL), {.signals = {term, kill}});
  builder.container().engine = "docker";
  builder.container().name = "web";
  return builder;
}

inline EvidenceBuilder KilledByOomd() {
  return Killed(BySignal(SIGKILL),
                {.signals = {Sent(SIGKILL, kKilledAt,
                                  Sender(300, "systemd-oomd", "/usr/lib/systemd/systemd-oomd",
                                         "systemd-oomd.service"))},
                 .oomd = {{.cgroup = kCgroup, .kills = 1, .ooms = 1}}});
}

inline constexpr const char* kRankedLine =
    "I1125 14:23:31.514706 1284 eviction_manager.go:405] \"Eviction manager: pods ranked for "
    "eviction\" pods=[\"shop/web\",\"shop/web-0\"]";
inline constexpr const char* kEvictedLine =
    "I1125 14:23:34.802914 1284 eviction_manager.go:627] \"Eviction manager: pod is evicted "
    "successfully\" pod=\"shop/web\"";

/// The same end of a container of `pod`, with what the kubelet wrote, ended by `last`.
inline EvidenceBuilder WithKubelet(EvidenceBuilder builder, const std::string& last,
                                   const std::string& resource = "memory",
                                   const std::string& pod = "web") {
  builder.container().engine = "containerd";
  builder.container().name = "shop/" + pod + "/app";
  builder.container().pod = PodName{.name_space = "shop", .name = pod};
  std::vector<ContainerLine> lines;
  for (const std::string& text :
       {"W1125 14:23:31.514600 1284 eviction_manager.go:385] \"Eviction manager: must evict pod(s) "
        "to reclaim\" resourceName=\"" +
            resource + "\"",
        std::string(kRankedLine), last}) {
    lines.push_back(
        {.stamp = "2026-11-25T14:23:31Z", .at = {}, .stream = "kubelet.service", .text = text});
  }
  return builder.File(kKubeletLog, SerializeKubeletLog(lines));
}

inline EvidenceBuilder EvictedPod(const std::string& last = kEvictedLine,
                                  const std::string& resource = "memory",
                                  const std::string& pod = "web") {
  return WithKubelet(StoppedAfterGrace(), last, resource, pod);
}

/// `sh -c 'exit 137'`.
inline EvidenceBuilder EndedByItself() { return Killed(WithCode(137), {}); }

/// A shell that kills its child and passes the status on.
inline EvidenceBuilder KilledInside() {
  SignalSender shell = Sender(kInit, "sh", "/bin/busybox", "");
  shell.of_host = false;
  shell.cgroup = kCgroup;
  SentSignal kill = Sent(SIGKILL, kKilledAt - 40ms, shell);
  kill.target = 4400;
  kill.target_comm = "sleep";
  return Killed(WithCode(137), {.signals = {kill}});
}

inline EvidenceBuilder ShmWasFullAtSigbus() {
  SentSignal fault = Sent(SIGBUS, kKilledAt, std::nullopt);
  fault.code = 2;
  ShmListing shm;
  shm.mount_point = "/dev/shm";
  shm.size = Limit(Mebibytes(8));
  shm.used = Mebibytes(8);
  shm.files = {{"/dev/shm/segment", Mebibytes(32), Mebibytes(8)}};
  EvidenceBuilder builder = Killed(BySignal(SIGBUS), {.signals = {fault}});
  builder.container().engine = "podman";
  builder.container().name = "web";
  return builder.Record(shm);
}

/// abort(3), as the C++ library calls it where nobody catches std::bad_alloc, and the log of it.
inline EvidenceBuilder AbortedWithoutMemory(
    std::chrono::nanoseconds said_before = 200ms,
    std::string said = "terminate called after throwing an instance of 'std::bad_alloc'") {
  SignalSender self = Sender(kInit, "serve", "/app/serve", "");
  self.cgroup = kCgroup;
  EvidenceBuilder builder =
      Killed(BySignal(SIGABRT), {.signals = {Sent(SIGABRT, kKilledAt, self)}});
  builder.container().engine = "docker";
  builder.container().name = "web";
  const auto line = [&](std::chrono::nanoseconds before, std::string text) {
    return ContainerLine{.stamp = ToIso8601(kKilledWall - before),
                         .at = {},
                         .stream = "stderr",
                         .text = std::move(text)};
  };
  return builder.File("container/log.txt",
                      SerializeKeptLog({line(said_before + 9s, "loading the index"),
                                        line(said_before, std::move(said)),
                                        line(said_before / 2, "  what():  std::bad")},
                                       "/var/lib/docker/containers/web/web-json.log"));
}

/// No tracefs: how it ended is known, and nothing else.
inline EvidenceBuilder KilledUnseen() {
  EvidenceBuilder builder;
  builder.Kind(BundleKind::kKilled)
      .Record(EndIncident(BySignal(SIGKILL)))
      .Missing("kernel/signals.json", Outcome::kUnavailable, "no tracefs is mounted");
  return builder;
}

}  // namespace headroom::testing_evidence
