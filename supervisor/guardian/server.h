#pragma once

#include <list>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "supervisor/guardian/ward.h"

namespace headroom {

/// The guardian's side of the connection: accepts headroomd, keeps its Ward, beats, enforces.
/// One thread. Ends on SIGTERM, after releasing everything.
class GuardianServer {
 public:
  /// Takes the socket that systemd passed, else makes one at `path` (mode 0600).
  [[nodiscard]] static Result<GuardianServer> Listen(const std::string& path);

  [[nodiscard]] Status Run();

 private:
  struct Peer {
    UniqueFd connection;
    Ward ward;
  };
  GuardianServer(UniqueFd listener, UniqueFd signals)
      : listener_(std::move(listener)), signals_(std::move(signals)) {}
  void Accept();
  /// False when the peer is gone.
  [[nodiscard]] bool Serve(Peer& peer);
  void Beat();
  [[nodiscard]] Status WaitAndServe();
  void ReleaseEverything();

  UniqueFd listener_;
  UniqueFd signals_;
  std::list<Peer> peers_;
  BootTime next_beat_{};
  bool ending_ = false;
};

}  // namespace headroom
