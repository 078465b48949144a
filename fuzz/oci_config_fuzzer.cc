#include "container/oci_config.h"

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
  for (const auto& [key, value] : config->unified_memory) Require(key.starts_with("memory."));
  for (const OciMount& mount : config->mounts) (void)SizeOption(mount.options);
}
