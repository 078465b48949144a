#include "fuzz/fuzz.h"
#include "kernel/pressure/pressure.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto pressure = ParsePressure(text);
  if (!pressure) {
    Require(pressure.error().code == ErrorCode::kMalformed);
    return;
  }
  Require(pressure->some || pressure->full);
  for (const auto& line : {pressure->some, pressure->full}) {
    if (line) Require(line->avg10 >= 0 && line->avg10 < 102 && line->total.count() >= 0);
  }
}
