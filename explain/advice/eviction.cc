#include "explain/advice/eviction.h"

#include <fmt/format.h>

namespace headroom {
namespace {

using Lines = std::vector<std::string>;

Lines ForMemory() {
  return {
      "The node ran short of memory, and the kubelet evicts first the pods that use more memory "
      "than they request (QoS class BestEffort requests none), the lowest priority before others. "
      "Set resources.requests.memory of the pod's containers to what they really use: pods below "
      "their requests go last.",
      "If it must stay before others, give it a PriorityClass (priorityClassName); and give the "
      "node more memory, or fewer pods, if it happens to all of them in turn."};
}

Lines ForDisk() {
  return {
      "It was about disk, not memory: the kubelet evicts first the pods that use more local "
      "storage than they request. Let it write less to its logs, its emptyDir volumes and its own "
      "root file system, or set resources.requests.ephemeral-storage to what it really uses."};
}

Lines ForPids() {
  return {
      "It was about process numbers, not memory: look for a program on the node that starts "
      "processes without end, and set the kubelet's podPidsLimit."};
}

Lines CureFor(const Eviction& eviction) {
  const std::string& resource = eviction.resource;
  if (IsForMemory(eviction)) return ForMemory();
  if (resource == "pids") return ForPids();
  const bool disk = resource == "ephemeral-storage" || resource == "inodes" ||
                    resource == "nodefs" || resource == "imagefs" || resource == "containerfs";
  return disk ? ForDisk() : Lines{};
}

}  // namespace

Advice EvictionAdvice(const PodName& pod, const Eviction& eviction) {
  return {
      .now = {"Why, and what it used against what it requests, is in the pod's status while the "
              "pod is kept:",
              fmt::format("  kubectl describe pod --namespace {} {}", pod.name_space, pod.name)},
      .cure = CureFor(eviction)};
}

}  // namespace headroom
