#include "evidence/manifest.h"

#include "evidence/section_name.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto manifest = ParseManifest(text, "manifest.json");
  if (!manifest) {
    Require(manifest.error().code == ErrorCode::kMalformed);
    return;
  }
  // What was understood is written and read back the same.
  const std::string written = SerializeManifest(*manifest);
  const auto again = ParseManifest(written, "manifest.json");
  Require(again.has_value() && again->rows.size() == manifest->rows.size());
  Require(SerializeManifest(*again) == written);
  for (const ManifestRow& row : manifest->rows) {
    const auto components = SectionComponents(row.section);
    if (!components) continue;
    for (const std::string& component : *components) {
      Require(!component.empty() && component.front() != '.');
      Require(component.find('/') == std::string::npos);
    }
  }
}
