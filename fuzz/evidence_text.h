#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "evidence/evidence.h"

namespace headroom {

/// A bundle from bytes: "==> NAME <==" begins a file, what follows is its text, as head(1) prints
/// several files. container.json and manifest.json are read where they can be; the latter is no
/// file of Evidence.
inline Evidence EvidenceFromText(std::string_view text) {
  Evidence evidence;
  evidence.container.id = "web";
  evidence.container.engine = "docker";
  evidence.container.cgroup.path = "/box.slice/web";
  evidence.container.init.pid = 4321;
  std::string* file = nullptr;
  while (const auto line = TakeLine(text)) {
    if (line->starts_with("==> ") && line->ends_with(" <==") && line->size() > 8) {
      file = &evidence.files[std::string(line->substr(4, line->size() - 8))];
    } else if (file != nullptr) {
      file->append(*line).append("\n");
    }
  }
  if (const std::string* container = evidence.File("container.json")) {
    auto enrolment = ParseEnrolment(*container, "container.json");
    if (enrolment) evidence.container = std::move(*enrolment);
  }
  if (const std::string* manifest = evidence.File("manifest.json")) {
    auto parsed = ParseManifest(*manifest, "manifest.json");
    if (parsed) evidence.manifest = std::move(*parsed);
    evidence.files.erase("manifest.json");
  }
  if (const auto kind = ParseBundleKind(evidence.manifest.kind)) evidence.kind = *kind;
  return evidence;
}

}  // namespace headroom
