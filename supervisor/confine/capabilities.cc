#include "supervisor/confine/capabilities.h"

#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "base/log.h"

namespace headroom {
namespace {

constexpr std::array kOfHeadroomd = std::to_array<Capability>({
    {CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE",
     "memory.high in cgroups that another user has made, descriptors of that user's processes"},
    {CAP_NET_ADMIN, "CAP_NET_ADMIN", "how processes end, before Linux 6.15"},
    {CAP_SYS_PTRACE, "CAP_SYS_PTRACE", "smaps, descriptors and files of a container's processes"},
    {CAP_SYSLOG, "CAP_SYSLOG", "the kernel's log, where kernel.dmesg_restrict is set"},
});

constexpr std::array kOfUndo = std::to_array<Capability>({
    {CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE", "memory.high in cgroups that another user has made"},
});

/// Two words of 32 bits each; what a kernel has no number for is not set in either.
using Sets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

/// The C library has no function for these two calls, and libcap is not needed for them.
__user_cap_header_struct OfThisThread() {
  return {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
}

/// What a program that is started could have: of no use to us, and all the more to others. Without
/// CAP_SETPCAP nothing can be taken out of it, and whoever started us without has made it small.
void EmptyBoundingSet(std::uint64_t keep) {
  for (int number = 0; prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0; ++number) {
    if (((keep >> static_cast<unsigned>(number)) & 1U) == 0) {
      (void)prctl(PR_CAPBSET_DROP, number, 0, 0, 0);
    }
  }
}

void Drop(std::string_view program, std::span<const Capability> keep) {
  if (const auto dropped = KeepOnly(keep); !dropped) {
    Log(LogLevel::kWarning, fmt::format("{}; {} continues with the capabilities that it was given",
                                        dropped.error().Message(), program));
  }
}

}  // namespace

std::span<const Capability> CapabilitiesOfHeadroomd() { return kOfHeadroomd; }

std::span<const Capability> CapabilitiesOfUndo() { return kOfUndo; }

std::uint64_t MaskOf(std::span<const Capability> capabilities) {
  std::uint64_t mask = 0;
  for (const Capability& capability : capabilities) {
    mask |= std::uint64_t{1} << static_cast<unsigned>(capability.number);
  }
  return mask;
}

Status KeepOnly(std::span<const Capability> keep) {
  const std::uint64_t mask = MaskOf(keep);
  auto header = OfThisThread();
  Sets sets{};
  if (syscall(SYS_capget, &header, sets.data()) != 0) {
    return SystemError("capabilities", "cannot be read");
  }
  EmptyBoundingSet(mask);
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  bool too_many = false;
  for (std::size_t word = 0; word < sets.size(); ++word) {
    const auto kept = static_cast<std::uint32_t>(mask >> (32 * word));
    too_many = too_many || (sets[word].permitted & ~kept) != 0 || sets[word].inheritable != 0;
    sets[word].permitted &= kept;
    sets[word].effective = sets[word].permitted;
    sets[word].inheritable = 0;
  }
  // A unit leaves nothing to drop, and its system call filter refuses capset.
  if (!too_many) return {};
  header = OfThisThread();
  if (syscall(SYS_capset, &header, sets.data()) != 0) {
    return SystemError("capabilities", "cannot be dropped");
  }
  return {};
}

void DropCapabilitiesOfHeadroomd() { Drop("headroomd", kOfHeadroomd); }
void DropCapabilitiesOfGuardian() { Drop("headroom-guardian", {}); }
void DropCapabilitiesOfUndo() { Drop("headroom-undo", kOfUndo); }

}  // namespace headroom
