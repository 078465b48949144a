#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "evidence/pre_kill_result.h"
#include "supervisor/loop/event_loop.h"
#include "supervisor/prekill/request.h"

namespace headroom {

/// headroomd's side of one action: asks, and waits for the answer without blocking. Event thread
/// only. Destroying it gives the answer up; what was begun goes on.
class PreKillCall {
 public:
  /// Called once, from the loop, with what became of it; kNotRun where nobody could be asked.
  using OnResult = std::function<void(PreKillResult)>;

  /// `time`: how long the action may take; the answer is waited for a little longer.
  PreKillCall(EventLoop& loop, const std::string& run_dir, const PreKillRequest& request,
              std::chrono::seconds time, OnResult on_result);
  PreKillCall(const PreKillCall&) = delete;
  PreKillCall& operator=(const PreKillCall&) = delete;

 private:
  [[nodiscard]] Status Ask(const std::string& run_dir, const PreKillRequest& request);
  void Receive();
  void Finish(PreKillResult result);

  EventLoop& loop_;
  UniqueFd connection_;
  EventLoop::Source readable_;
  EventLoop::Source timer_;
  std::string answer_;
  OnResult on_result_;
};

}  // namespace headroom
