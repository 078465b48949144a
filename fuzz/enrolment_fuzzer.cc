#include "container/enrolment/enrolment.h"

#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto enrolment = ParseEnrolment(text, "enrolment.json");
  if (!enrolment) {
    Require(enrolment.error().code == ErrorCode::kMalformed);
    Require(enrolment.error().Message().find('\n') == std::string::npos);
    return;
  }
  Require(enrolment->init.pid > 0);
  Require(enrolment->ContainerKey().find('/') == std::string::npos);
  Require(enrolment->GenerationKey().find('/') == std::string::npos);
  // What was read once is written and read the same for ever after.
  const std::string written = SerializeEnrolment(*enrolment);
  const auto again = ParseEnrolment(written, "copy");
  Require(again.has_value());
  Require(SerializeEnrolment(*again) == written);
  Require(again->id == enrolment->id && again->cgroup.path == enrolment->cgroup.path);
}
