#include "fuzz/fuzz.h"
#include "kernel/exit/exit_message.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  if (const auto answer = ParseConnectorAnswer(text))
    Require(answer->error >= 0 && answer->error <= 4095);
  const auto message = ParseExitMessage(text);
  if (!message) return;
  Require(message->pid > 0 && message->at.count() >= 0);
  Require(message->status.signal.has_value() != message->status.code.has_value());
}
