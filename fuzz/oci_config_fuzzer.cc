#include "container/oci/oci_config.h"

#include <algorithm>

#include "container/oci/asked_cgroup.h"
#include "container/oci/tmpfs_size.h"

#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto config = ParseOciConfig(text, "config.json");
  if (!config) {
    Require(config.error().code == ErrorCode::kMalformed);
    Require(config.error().Message().find('\n') == std::string::npos);
    return;
  }
  // Nothing asked for and zero are the same to the runtimes; zero never comes out.
  Require(!config->memory_limit || *config->memory_limit != Limit(Bytes{0}));
  for (const auto& [key, value] : config->unified) Require(key.find('.') != std::string::npos);
  const auto& score = config->process.oom_score_adj;
  Require(!score || (*score >= -1000 && *score <= 1000));
  for (const OciMount& mount : config->mounts) {
    const SizeOption size = FindSizeOption(mount.options, Mebibytes(2048));
    Require(!size.size || size.text.starts_with("size="));
    // What is known without the host is the same on every host.
    const auto anywhere = ParseTmpfsSize(
        std::string_view(size.text).substr(std::min<std::size_t>(size.text.size(), 5)),
        std::nullopt);
    Require(!anywhere || !size.text.starts_with("size=") || anywhere == size.size);
  }
  const std::string cgroup = AskedCgroup(config->cgroups_path);
  Require(cgroup.empty() || cgroup.starts_with('/'));
  Require(cgroup.find("//") == std::string::npos && !cgroup.ends_with('/'));
  Require(cgroup.find("/../") == std::string::npos && !cgroup.ends_with("/.."));
}
