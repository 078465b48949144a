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
  Require(message->verb >= GuardianVerb::kBeat && message->verb <= GuardianVerb::kThaw);
  // All of it but what is reserved is understood: encoded anew the bytes are the same.
  constexpr std::size_t kReserved = 8;
  const std::string again = EncodeGuardianMessage(*message);
  Require(again.size() == text.size());
  const std::size_t known = text.size() - kReserved;
  Require(std::string_view(again).substr(0, known) == text.substr(0, known));
}
