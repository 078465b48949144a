#include "fix/config/oci_config_edit.h"

#include "container/oci/oci_config.h"
#include "fix/config/edits.h"

namespace headroom {
namespace {

/// One edit of a text, for each kind of fix.
struct Edit {
  JsonText& config;
  const ConfigHost& host;

  [[nodiscard]] bool IsV2() const { return host.version == CgroupVersion::kV2; }

  FixOutcome operator()(const SetMemoryMax& fix) const { return EditMemoryMax(config, fix); }
  FixOutcome operator()(const SetSwapMax& fix) const { return EditSwapMax(config, fix); }
  FixOutcome operator()(const SetOomGroup& /*fix*/) const {
    if (IsV2()) return EditOomGroup(config);
    return NotFixed("memory.oom.group", "memory.oom.group needs cgroup v2");
  }
  FixOutcome operator()(const SetMemoryLow& fix) const {
    if (IsV2()) return EditMemoryLow(config, fix);
    return NotFixed("memory.low", "memory.low needs cgroup v2");
  }
  FixOutcome operator()(const SetPidsMax& fix) const { return EditPidsMax(config, fix); }
  FixOutcome operator()(const SetHugetlbMax& fix) const { return EditHugetlbMax(config, fix); }
  FixOutcome operator()(const SetTmpfsSize& fix) const {
    return EditTmpfsSize(config, fix, host.memory_total);
  }
  FixOutcome operator()(const SetOomScoreAdj& fix) const { return EditOomScoreAdj(config, fix); }
  FixOutcome operator()(const SetMemlock& fix) const { return EditMemlock(config, fix); }
  FixOutcome operator()(const EnableOomKiller& /*fix*/) const { return EditOomKiller(config); }
};

}  // namespace

Result<ConfigEdit> EditOciConfig(std::string_view text, std::string_view where,
                                 const ConfigHost& host, std::span<const Fix> fixes) {
  auto config = JsonText::Parse(text, where);
  if (!config) return std::unexpected(config.error());
  ConfigEdit edit;
  for (const Fix& fix : fixes) {
    JsonText changed = *config;
    edit.outcomes.push_back(std::visit(Edit{changed, host}, fix));
    if (edit.outcomes.back().fixed()) *config = std::move(changed);
  }
  edit.text = config->text();
  if (edit.text == text) return edit;
  // What was written has to be a config.json still, before anybody else reads it.
  if (const auto parsed = ParseOciConfig(edit.text, where); !parsed) {
    return std::unexpected(parsed.error());
  }
  return edit;
}

}  // namespace headroom
