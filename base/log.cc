#include "base/log.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "base/text.h"
#include "base/unique_fd.h"

namespace headroom {
namespace {

LogLevel most_verbose_level = LogLevel::kInfo;

constexpr const char* kJournalSocket = "/run/systemd/journal/socket";

bool StandardErrorIsJournal() {
  static const bool is_journal = std::getenv("JOURNAL_STREAM") != nullptr && isatty(2) == 0;
  return is_journal;
}

}  // namespace

void SetLogLevel(LogLevel most_verbose) { most_verbose_level = most_verbose; }

void Log(LogLevel level, std::string_view message) {
  if (level > most_verbose_level) return;
  const std::string text = EscapedForPeople(message);
  const std::string line = StandardErrorIsJournal()
                               ? fmt::format("<{}>{}\n", static_cast<int>(level), text)
                               : fmt::format("{}: {}\n", program_invocation_short_name, text);
  (void)!write(STDERR_FILENO, line.data(), line.size());  // nowhere left to report a failure
}

void LogToJournal(LogLevel level, std::string_view identifier, std::string_view message) {
  const UniqueFd socket_fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_fd.valid()) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, kJournalSocket, sizeof address.sun_path - 1);
  const std::string record =
      fmt::format("PRIORITY={}\nSYSLOG_IDENTIFIER={}\nMESSAGE={}\n", static_cast<int>(level),
                  identifier, EscapedForPeople(message));
  (void)sendto(socket_fd.get(), record.data(), record.size(), MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

}  // namespace headroom
