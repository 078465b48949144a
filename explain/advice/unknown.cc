#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "explain/advice/families.h"
#include "explain/advice/raise.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

/// Sections that a verdict rests on, and folders of them.
constexpr std::array<const char*, 3> kThatTell = {"kernel/oom.log", "before", "timeline.json"};

/// The row of a section or, of a folder without one, that of the file that tells of the rest.
const ManifestRow* RowOf(const Case& the_case, std::string_view section) {
  const Manifest& manifest = the_case.evidence().manifest;
  const ManifestRow* row = manifest.Find(section);
  return row == nullptr && section == "before" ? manifest.Find("before/snapshot.json") : row;
}

bool IsMissing(const ManifestRow* row) {
  return row != nullptr && !row->reason.empty() && row->outcome != Outcome::kPartial;
}

/// What is not there, as whoever should have recorded it says.
std::string MissingText(const Case& the_case) {
  std::vector<std::string> missing;
  for (const char* section : kThatTell) {
    const ManifestRow* row = RowOf(the_case, section);
    if (!IsMissing(row)) continue;
    missing.push_back(fmt::format("{} ({})", section, Shown(row->reason)));
  }
  if (missing.empty()) return "";
  return fmt::format("What is missing: {}.", fmt::join(missing, ", "));
}

/// With a sentence before it.
Lines NowLines(const Case& the_case, std::string what) {
  Lines lines = {std::move(what)};
  std::string missing = MissingText(the_case);
  if (!missing.empty()) lines.push_back(std::move(missing));
  return lines;
}

/// Where it was watched, the kernel's log alone was missing, which names the limit.
Lines ForTheNextOne(const Case& the_case) {
  if (IsMissing(RowOf(the_case, "kernel/oom.log")) && !IsMissing(RowOf(the_case, "before"))) {
    return {
        "For the next one to be known, let headroomd read the kernel's log; `headroom doctor` "
        "tells "
        "what keeps it from that."};
  }
  return {
      "For the next one to be known, let headroomd run before the container starts; `headroom ps` "
      "tells which containers are watched."};
}

}  // namespace

Advice AboutUnknownFilling(const Case& the_case) {
  Advice advice{.now = NowLines(the_case, "What filled the limit is not known."),
                .cure = ForTheNextOne(the_case)};
  Append(advice.now, RaiseLines(the_case));
  return advice;
}

Advice AboutUnknownLimit(const Case& the_case) {
  return {.now = NowLines(the_case, "Too little was recorded to say whose limit was met."),
          .cure = ForTheNextOne(the_case)};
}

}  // namespace headroom
