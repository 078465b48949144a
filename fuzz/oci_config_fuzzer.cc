#include "container/oci_config.h"

#include "container/asked_cgroup.h"
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
  for (const OciMount& mount : config->mounts) (void)SizeOption(mount.options);
  const std::string cgroup = AskedCgroup(config->cgroups_path);
  Require(cgroup.empty() || cgroup.starts_with('/'));
  Require(cgroup.find("//") == std::string::npos && !cgroup.ends_with('/'));
  Require(cgroup.find("/../") == std::string::npos && !cgroup.ends_with("/.."));
}
