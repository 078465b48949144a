#pragma once

#include <list>
#include <optional>
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
  /// The same, but for one that was started for want of another: kExists where one listens.
  [[nodiscard]] static Result<GuardianServer> ListenUnlessThere(const std::string& path);

  [[nodiscard]] Status Run();
  /// From now on Run() ends also once nobody has been guarded for half a minute.
  void EndWhenAlone() { alone_since_ = NowBoot(); }

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
  std::optional<BootTime> alone_since_;  ///< nullopt: it does not matter
  bool ending_ = false;
};

}  // namespace headroom
