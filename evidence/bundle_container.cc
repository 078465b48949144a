#include "evidence/bundle_container.h"

#include <fcntl.h>

#include <utility>

#include "base/file.h"

namespace headroom {
namespace {

constexpr std::size_t kMaxFile = std::size_t{1} << 20U;

}  // namespace

Result<std::string> ReadFileIn(const BundleEntry& bundle, const char* name) {
  const std::string path = bundle.path + "/" + name;
  const auto fd = OpenAt(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!fd) return std::unexpected(fd.error());
  return ReadToEnd(fd->get(), path, kMaxFile);
}

std::optional<std::string> ReadFileOf(const BundleEntry& bundle, const char* name) {
  auto text = ReadFileIn(bundle, name);
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

std::optional<Enrolment> ContainerOf(const BundleEntry& bundle) {
  const auto text = ReadFileOf(bundle, "container.json");
  if (!text) return std::nullopt;
  auto container = ParseEnrolment(*text, bundle.path);
  return container ? std::optional(std::move(*container)) : std::nullopt;
}

}  // namespace headroom
