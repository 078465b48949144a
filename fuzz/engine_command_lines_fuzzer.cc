#include "container/engine/dockerd.h"
#include "fuzz/fuzz.h"
#include "supervisor/registry/conmon_oom_file.h"

/// The text of /proc/PID/cmdline of dockerd or conmon.
HEADROOM_FUZZ(text) {
  using namespace headroom;
  const DockerdFlags flags = ParseDockerdFlags(text);
  for (const auto& value : {flags.config_file, flags.data_root}) {
    Require(!value || text.find(*value) != std::string_view::npos);
    Require(!value || value->find('\0') == std::string::npos);
  }
  Require(!flags.add_runtime || text.find("--add-runtime") != std::string_view::npos);
  Enrolment container;
  container.id = "3f1c9a";
  for (const char* engine : {"podman", "cri-o"}) {
    container.engine = engine;
    const auto folders = ConmonOomFolders(text, container);
    Require(folders.size() <= (container.engine == "cri-o" ? 2U : 1U));
    for (const std::string& folder : folders) {
      Require(folder.starts_with('/') && folder.find('\0') == std::string::npos);
    }
    // That of another container says nothing of this one.
    Require(folders.empty() || text.find("3f1c9a") != std::string_view::npos);
    container.id = "3f1c9b";
    Require(folders.empty() || ConmonOomFolders(text, container).empty() ||
            text.find("3f1c9b") != std::string_view::npos);
    container.id = "3f1c9a";
  }
}
