#include "supervisor/confine/filter.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/log.h"
#include "kernel/exit/pidfd_exit.h"

namespace headroom {
namespace {

using Filter = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>,
                               decltype([](scmp_filter_ctx filter) { seccomp_release(filter); })>;

std::unexpected<Error> Refused(std::string_view what, int status) {
  return MakeError(ErrorCode::kSystem, "seccomp",
                   fmt::format("{}: {}", what, std::strerror(-status)));
}

/// clone's flags are its first argument, but for one architecture (clone(2)).
#ifdef __s390__
constexpr unsigned kCloneFlags = 1;
#else
constexpr unsigned kCloneFlags = 0;
#endif

/// Without libseccomp's macros, which are C's alone.
scmp_arg_cmp Equals(unsigned argument, std::uint64_t value) {
  return {.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value, .datum_b = 0};
}

/// Of a 32-bit argument, as the kernel takes it: what is in the register above that is not looked
/// at, as it may be anything.
scmp_arg_cmp Equals32(unsigned argument, std::uint32_t value, std::uint32_t mask) {
  return {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

// fcntl's commands below 8 (copies, flags, locks) and Linux's own from 1024 on. Between them is
// whom the kernel sends which signal when a descriptor is ready, and that may be any process.
constexpr std::uint32_t kFirstOfSignals = 8;
constexpr std::uint32_t kFirstOfLinux = 1024;
static_assert(F_SETOWN >= kFirstOfSignals && F_SETSIG >= kFirstOfSignals &&
              F_SETOWN_EX < kFirstOfLinux && F_DUPFD_CLOEXEC >= kFirstOfLinux);

/// Adds `call` with what its arguments have to be; 0, or a negative errno.
int AddCall(scmp_filter_ctx filter, const std::string& name, int call) {
  const auto allow_if = [&](scmp_arg_cmp argument) {
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, argument);
  };
  const auto first_that_fails = [](std::initializer_list<int> statuses) {
    for (const int status : statuses) {
      if (status != 0) return status;
    }
    return 0;
  };
  if (name == "clone") {
    return allow_if({.arg = kCloneFlags,
                     .op = SCMP_CMP_MASKED_EQ,
                     .datum_a = CLONE_THREAD,
                     .datum_b = CLONE_THREAD});
  }
  if (name == "socket") {
    return first_that_fails({allow_if(Equals(0, AF_UNIX)), allow_if(Equals(0, AF_NETLINK))});
  }
  if (name == "ioctl") {
    return first_that_fails({allow_if(Equals(1, PidfdGetInfoRequest())),
                             allow_if(Equals(1, FIONREAD)), allow_if(Equals(1, TCGETS))});
  }
  if (name == "fcntl") {
    return first_that_fails({allow_if(Equals32(1, 0, ~(kFirstOfSignals - 1))),
                             allow_if(Equals32(1, kFirstOfLinux, ~(kFirstOfLinux - 1)))});
  }
  // Ours alone, and nothing forks any more: clone above.
  const auto self = static_cast<std::uint64_t>(getpid());
  if (name == "tgkill") return allow_if(Equals(0, self));
  if (name == "prlimit64") {
    return first_that_fails({allow_if(Equals(0, 0)), allow_if(Equals(0, self))});
  }
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
}

Status AddCalls(scmp_filter_ctx filter, std::span<const AllowedCall> calls) {
  for (const AllowedCall& allowed : calls) {
    const int call = seccomp_syscall_resolve_name(allowed.name);
    // Not on this architecture: below zero. Not known to an old libseccomp: __NR_SCMP_ERROR.
    if (call < 0) continue;
    if (const int status = AddCall(filter, allowed.name, call); status != 0) {
      return Refused(fmt::format("a rule for {}", allowed.name), status);
    }
  }
  return {};
}

void Confine(std::string_view program, std::span<const AllowedCall> own) {
  if (const auto confined = AllowOnly(CallsOfAll(), own); !confined) {
    Log(LogLevel::kWarning, fmt::format("{}; {} continues without a system call filter",
                                        confined.error().Message(), program));
  }
}

}  // namespace

Status AllowOnly(std::span<const AllowedCall> of_all, std::span<const AllowedCall> own) {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)));
  if (!filter) return Refused("no filter can be made", -ENOMEM);
  // All threads, or those that exist already would go free. What is refused is logged, since a
  // refusal is either an attack or a fault of ours.
  for (const auto attribute : {SCMP_FLTATR_CTL_TSYNC, SCMP_FLTATR_CTL_LOG}) {
    if (const int status = seccomp_attr_set(filter.get(), attribute, 1); status != 0) {
      return Refused("an attribute of the filter", status);
    }
  }
  for (const auto calls : {of_all, own}) {
    if (auto added = AddCalls(filter.get(), calls); !added) return added;
  }
  if (const int status = seccomp_load(filter.get()); status != 0) {
    return Refused("the kernel does not take the filter", status);
  }
  return {};
}

void ConfineHeadroomd() { Confine("headroomd", CallsOfHeadroomd()); }
void ConfineGuardian() { Confine("headroom-guardian", CallsOfGuardian()); }

}  // namespace headroom
