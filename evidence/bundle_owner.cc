#include "evidence/bundle_owner.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace headroom {
namespace {

/// No name holds a zero byte.
std::string Key(std::initializer_list<std::string_view> parts) {
  std::string key;
  for (const std::string_view part : parts) key.append(part).push_back('\0');
  return key;
}

/// "NAMESPACE/POD/CONTAINER" among the aliases; empty: it is in no pod.
std::string_view PathInPod(const Enrolment& container) {
  if (!container.pod) return {};
  const std::string pod = container.pod->name_space + "/" + container.pod->name;
  const auto found = std::ranges::find_if(container.aliases, [&](const std::string& alias) {
    return alias == pod || alias.starts_with(pod + "/");
  });
  return found == container.aliases.end() ? std::string_view() : *found;
}

/// "PROJECT/SERVICE" of Compose, which comes before a pod; empty: there is none.
std::string_view ServiceOf(const Enrolment& container) {
  if (container.aliases.empty() || container.pod) return {};
  return container.aliases.front();
}

std::string KindOf(const Enrolment& container) {
  const std::string& engine = container.engine;
  if (const auto service = ServiceOf(container); !service.empty()) {
    return Key({engine, "service", service});
  }
  const std::string name_space = container.pod ? container.pod->name_space : "";
  if (!container.image.empty()) return Key({engine, "image", name_space, container.image});
  const std::string& cgroup = container.cgroup.path;
  return Key({engine, "below", name_space, std::string_view(cgroup).substr(0, cgroup.rfind('/'))});
}

}  // namespace

BundleOwner OwnerOf(const BundleEntry& bundle, const std::optional<Enrolment>& container) {
  if (!container) return {.container = bundle.container_dir, .kind = bundle.container_dir};
  BundleOwner owner{.container = bundle.container_dir, .kind = KindOf(*container)};
  if (const auto path = PathInPod(*container); !path.empty()) {
    owner.container = Key({container->engine, "pod", path});
  } else if (!container->name.empty()) {
    owner.container = Key({container->engine, "name", container->name});
  }
  return owner;
}

}  // namespace headroom
