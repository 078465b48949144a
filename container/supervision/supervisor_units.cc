#include "container/supervision/supervisor_units.h"

#include <array>

namespace headroom {
namespace {

// Restart: these end by themselves when nothing is left to watch.

constexpr std::array kOfHeadroomd = std::to_array<const char*>({
    "Type=notify",
    "Restart=on-failure",
    "RestartSec=1",
    "WatchdogSec=30",
    "OOMScoreAdjust=-900",
    "MemoryMin=32M",
    "LimitMEMLOCK=infinity",
    "RuntimeDirectory=headroom",
    "RuntimeDirectoryMode=0700",
    "RuntimeDirectoryPreserve=yes",
    "StateDirectory=headroom",
    "StateDirectoryMode=0711",
    "UMask=0077",
    "LimitNOFILE=65536",
    "CapabilityBoundingSet=CAP_DAC_OVERRIDE CAP_NET_ADMIN CAP_SYS_PTRACE CAP_SYSLOG",
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectKernelTunables=yes",
    "ReadWritePaths=-/sys/kernel/tracing/instances",
    "ProtectHome=read-only",
    "DevicePolicy=closed",
    "DeviceAllow=/dev/kmsg r",
    "PrivateTmp=no",
    "ProtectClock=yes",
    "ProtectKernelModules=yes",
    "ProtectHostname=yes",
    "RestrictAddressFamilies=AF_UNIX AF_NETLINK",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "IPAddressDeny=any",
    "ProtectProc=invisible",
    "KeyringMode=private",
    "LockPersonality=yes",
    "MemoryDenyWriteExecute=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service @memlock seccomp",
    "SystemCallFilter=~@clock @cpu-emulation @debug @module @mount @obsolete @raw-io @reboot @swap "
    "@privileged @resources",
    "SystemCallErrorNumber=EPERM",
});

constexpr std::array kOfGuardian = std::to_array<const char*>({
    "StartLimitIntervalSec=0",
    "Type=notify",
    "Restart=on-failure",
    "RestartSec=500ms",
    "WatchdogSec=1500ms",
    "WatchdogSignal=SIGKILL",
    "TimeoutAbortSec=250ms",
    "ExecStopPost=+/usr/lib/headroom/headroom-undo",
    "TimeoutStopSec=5",
    "OOMScoreAdjust=-950",
    "MemoryMin=4M",
    "RuntimeDirectory=headroom",
    "RuntimeDirectoryMode=0700",
    "RuntimeDirectoryPreserve=yes",
    "UMask=0077",
    "LimitMEMLOCK=infinity",
    "LimitNOFILE=65536",
    "CapabilityBoundingSet=",
    "NoNewPrivileges=yes",
    "PrivateNetwork=yes",
    "ProtectSystem=strict",
    "ReadWritePaths=/run/headroom",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "ProtectClock=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectHostname=yes",
    "RestrictAddressFamilies=AF_UNIX",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "MemoryDenyWriteExecute=yes",
    "SystemCallArchitectures=native",
    "IPAddressDeny=any",
    "ProtectControlGroups=yes",
    "ProtectKernelLogs=yes",
    "ProtectProc=invisible",
    "ProcSubset=pid",
    "KeyringMode=private",
    "SystemCallFilter=@system-service @memlock seccomp",
    "SystemCallFilter=~@clock @cpu-emulation @debug @module @mount @obsolete @raw-io @reboot @swap "
    "@privileged @resources",
    "SystemCallErrorNumber=EPERM",
});

constexpr std::array kOfUsersHeadroomd = std::to_array<const char*>({
    "Type=notify",
    "Restart=on-failure",
    "RestartSec=1",
    "WatchdogSec=30",
    "RuntimeDirectory=headroom",
    "RuntimeDirectoryMode=0700",
    "RuntimeDirectoryPreserve=yes",
    "UMask=0077",
    "NoNewPrivileges=yes",
    "RestrictAddressFamilies=AF_UNIX AF_NETLINK",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "LockPersonality=yes",
    "MemoryDenyWriteExecute=yes",
    "SystemCallArchitectures=native",
});

// ExecStopPost without "+": a user's systemd has no powers to give back.
constexpr std::array kOfUsersGuardian = std::to_array<const char*>({
    "StartLimitIntervalSec=0",
    "Type=notify",
    "Restart=on-failure",
    "RestartSec=500ms",
    "WatchdogSec=1500ms",
    "WatchdogSignal=SIGKILL",
    "TimeoutAbortSec=250ms",
    "ExecStopPost=/usr/lib/headroom/headroom-undo",
    "TimeoutStopSec=5",
    "RuntimeDirectory=headroom",
    "RuntimeDirectoryMode=0700",
    "RuntimeDirectoryPreserve=yes",
    "UMask=0077",
    "NoNewPrivileges=yes",
    "RestrictAddressFamilies=AF_UNIX",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "LockPersonality=yes",
    "MemoryDenyWriteExecute=yes",
    "SystemCallArchitectures=native",
});

constexpr const char* kHeadroomd = "headroomd-embedded";
constexpr const char* kGuardian = "headroom-guardian-embedded";

}  // namespace

TransientUnits TransientUnitsOfSystem() {
  return {.guardian = {kGuardian, "headroom-guardian.slice", kOfGuardian},
          .headroomd = {kHeadroomd, "headroom.slice", kOfHeadroomd}};
}

TransientUnits TransientUnitsOfUser() {
  return {.guardian = {kGuardian, "", kOfUsersGuardian},
          .headroomd = {kHeadroomd, "", kOfUsersHeadroomd}};
}

}  // namespace headroom
