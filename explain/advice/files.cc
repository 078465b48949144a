#include "explain/advice/families.h"
#include "explain/advice/raise.h"
#include "explain/study/kernel_kind.h"

namespace headroom {
namespace {

/// cgroup v1 prints memory and swap together, which v2 does not have.
bool IsOfV1(const OomEvent* event) { return event != nullptr && event->swap_usage.has_value(); }

std::string KernelCure(const Case& the_case) {
  const auto kind = FindKernelKinds(the_case).Main();
  switch (kind.value_or(ChargedPart::kUnaccounted)) {
    case ChargedPart::kPageTables:
      return "Page tables filled it: every process pays for its own, also where what it maps is "
             "shared or only read. Let it touch less address space, or map it in fewer processes; "
             "a huge page needs no table of its own.";
    case ChargedPart::kKernelStacks:
      return "The kernel's stacks of its threads filled it: look for threads that are started and "
             "never end.";
    case ChargedPart::kSock:
      return "Buffers of sockets filled it: look for connections whose data nobody reads.";
    case ChargedPart::kOtherKernel:
      return "Kernel memory filled it that memory.stat does not name: look first for pipes whose "
             "data nobody reads.";
    default:
      return "Kernel memory filled it: many open files, sockets or threads cost it; see its "
             "memory.stat in the bundle.";
  }
}

}  // namespace

std::vector<std::string> DirtyCure(const OomEvent* event) {
  std::vector<std::string> cure = {
      "It wrote files faster than the disk took them. Write less at a time, flush in between "
      "(fsync), or pass the cache by (O_DIRECT; dd oflag=direct).",
      "On the host, vm.dirty_background_bytes and vm.dirty_bytes bound what may wait to be "
      "written: keep both well below the limit."};
  if (IsOfV1(event)) {
    cure.emplace_back(
        "cgroup v1 slows no writer down at the limit of its container: cgroup v2 does.");
  }
  return cure;
}

Advice AboutDirty(const Case& the_case) {
  return {.now = RaiseLines(the_case), .cure = DirtyCure(the_case.event())};
}

Advice AboutKernel(const Case& the_case) {
  return {.now = RaiseLines(the_case), .cure = {KernelCure(the_case)}};
}

}  // namespace headroom
