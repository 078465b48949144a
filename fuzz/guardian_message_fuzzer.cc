#include "fuzz/fuzz.h"
#include "supervisor/guardian/protocol.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto message = DecodeGuardianMessage(text);
  if (!message) {
    Require(message.error().code == ErrorCode::kMalformed);
    Require(message.error().Message().find('\n') == std::string::npos);
    return;
  }
  Require(message->verb >= GuardianVerb::kBeat && message->verb <= GuardianVerb::kFreezeChanges);
  // All of it is understood: encoded anew the bytes are the same.
  Require(EncodeGuardianMessage(*message) == text);
}
