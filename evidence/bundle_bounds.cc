#include "evidence/bundle_bounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "evidence/bundle_writer.h"
#include "evidence/section_name.h"

namespace headroom {
namespace {

/// Two files of the verdict, and the manifest, which counts where a whole bundle is read.
constexpr std::size_t kKeptFree = 2 * kMaxBundleJsonBytes + kMaxManifestBytes;

bool IsRecord(std::string_view section) { return section.ends_with(".json"); }

/// What has its newest lines at its end.
bool IsLog(std::string_view section) {
  return section.ends_with(".log") || section == "container/log.txt";
}

bool IsVerdict(std::string_view section) {
  return std::ranges::find(kVerdictSections, section) != kVerdictSections.end();
}

void LeaveOut(Section& section, std::string reason) {
  section.row.outcome = Outcome::kUnavailable;
  section.row.reason = std::move(reason);
  section.bytes.clear();
}

/// Where the last `most` bytes of a text begin, at a line's beginning where there is one.
std::size_t BeginOfNewest(const std::string& text, std::size_t most) {
  const std::size_t cut = text.size() - most;
  const std::size_t end = text.find('\n', cut - 1);
  return end == std::string::npos || end + 1 == text.size() ? cut : end + 1;
}

/// How much of the first `most` bytes is whole lines; all of it where none ends there.
std::size_t EndOfFirst(const std::string& text, std::size_t most) {
  const std::size_t end = text.rfind('\n', most - 1);
  return end == std::string::npos ? most : end + 1;
}

void Cut(Section& section, std::size_t most) {
  const std::size_t whole = section.bytes.size();
  const bool is_log = IsLog(section.row.section);
  if (is_log) {
    section.bytes.erase(0, BeginOfNewest(section.bytes, most));
  } else {
    section.bytes.resize(EndOfFirst(section.bytes, most));
  }
  std::string& reason = section.row.reason;
  reason += fmt::format("{}only its {} {} bytes were kept, of {}", reason.empty() ? "" : "; ",
                        is_log ? "last" : "first", section.bytes.size(), whole);
  section.row.outcome = Outcome::kPartial;
}

/// What is left out last: without its container nothing is a bundle.
std::size_t SizeToFit(const Section& section) {
  return section.row.section == "container.json" ? 0 : section.bytes.size();
}

}  // namespace

std::size_t MostBytesOf(std::string_view section) {
  if (section == "report.txt") return kMaxBundleJsonBytes;  // no more than the record of the same
  return IsRecord(section) ? kMaxBundleJsonBytes : kMaxBundleFileBytes;
}

void BoundSection(Section& section) {
  const std::size_t most = MostBytesOf(section.row.section);
  if (!HasFile(section.row) || section.bytes.size() <= most) return;
  if (!IsRecord(section.row.section)) return Cut(section, most);
  LeaveOut(section,
           fmt::format("too large: it has {} bytes, and no record of a bundle more than {}",
                       section.bytes.size(), most));
}

void BoundSections(std::vector<Section>& sections) {
  std::vector<Section*> evidence;
  for (Section& section : sections) {
    BoundSection(section);
    if (HasFile(section.row) && !IsVerdict(section.row.section)) {
      evidence.push_back(&section);
    }
  }
  std::ranges::stable_sort(evidence, [](const Section* left, const Section* right) {
    return SizeToFit(*left) < SizeToFit(*right);
  });
  std::size_t left = kMaxBundleBytes - kKeptFree;
  for (Section* section : evidence) {
    const std::size_t size = section->bytes.size();
    if (size <= left) {
      left -= size;
      continue;
    }
    LeaveOut(*section,
             fmt::format("too large: with its {} bytes the bundle would have more than {}", size,
                         kMaxBundleBytes));
  }
}

}  // namespace headroom
