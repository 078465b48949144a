#include <set>

#include "capture/shared_census.h"
#include "fuzz/fuzz.h"

/// Links of /proc/PID/fd and names in smaps, which containers choose; and fdinfo.
HEADROOM_FUZZ(text) {
  using namespace headroom;
  if (const auto name = ParseSharedName(text)) {
    static const std::set<std::string_view> kKinds = {"anonymous", "deleted", "memfd", "sysv"};
    Require(kKinds.contains(name->kind));
    Require(text.find(name->name) != std::string_view::npos);
    Require(name->kind != "sysv" || name->name.size() == 8);
    // A deleted file is never taken for one that is there, whatever it is called.
    Require(name->kind == "anonymous" || text.ends_with(" (deleted)"));
  }
  if (ParseMountId(text)) {
    Require(text.find("mnt_id:") != std::string_view::npos);
    // What stands behind it changes nothing.
    Require(ParseMountId(std::string(text) + "\nmnt_id:\t7\n") == ParseMountId(text));
  }
}
