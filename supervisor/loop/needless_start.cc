#include "supervisor/loop/needless_start.h"

#include <systemd/sd-daemon.h>

#include <cstdlib>

namespace headroom {

int EndAsNeedless() {
  (void)sd_notify(0, "READY=1\nSTATUS=another one is there already");
  return EXIT_SUCCESS;
}

}  // namespace headroom
