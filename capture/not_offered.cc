#include "capture/not_offered.h"

#include <cerrno>

namespace headroom {
namespace {

std::string_view WhyNotOffered(std::string_view file) {
  if (file == "memory.events.local") return "cgroups have it since Linux 5.2";
  if (file == "memory.peak") return "cgroups have it since Linux 5.19";
  if (file == "pressure/memory" || file.ends_with(".pressure")) {
    return "pressure stall information (PSI) is off, which psi=1 on the kernel's command line "
           "switches on";
  }
  return {};
}

}  // namespace

Result<std::string> WithWhyNotOffered(Result<std::string> text, std::string_view file) {
  if (text) return text;
  // A kernel with PSI switched off may show the file and refuse its use.
  const Error& error = text.error();
  const bool not_offered = error.code == ErrorCode::kNotFound || error.errno_value == EOPNOTSUPP;
  const std::string_view why = not_offered ? WhyNotOffered(file) : std::string_view();
  if (!why.empty()) text.error().what.append("; ").append(why);
  return text;
}

}  // namespace headroom
