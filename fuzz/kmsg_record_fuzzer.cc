#include "fuzz/fuzz.h"
#include "kernel/kmsg/record.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto record = ParseKmsgRecord(text);
  if (!record) return;
  Require(record->raw == text);
  Require(record->text.size() <= text.size());
  Require(record->since_boot.count() >= 0);
  Require(record->FromKernel() == (record->priority < 8));
}
