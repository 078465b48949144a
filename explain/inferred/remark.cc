#include "explain/inferred/remark.h"

#include <array>

namespace headroom {
namespace {

/// A form of words that one program has for one thing.
struct Form {
  std::string_view speaker;
  std::string_view words;
  RemarkKind kind;
};

constexpr std::array<Form, 6> kForms = {{
    {"dockerd", " - using the force", RemarkKind::kStopForced},
    {"podman", " container stop ", RemarkKind::kStopAsked},
    {"podman", " container kill ", RemarkKind::kKillAsked},
    {"systemd-oomd", "Killed /", RemarkKind::kOomd},
    {"systemd", ": A process of this unit has been killed by the OOM killer", RemarkKind::kUnitOom},
    {"systemd", ": systemd-oomd killed ", RemarkKind::kOomd},
}};

constexpr std::size_t kLongestRemark = 4096;
constexpr std::size_t kFullId = 64;

}  // namespace

std::optional<RemarkKind> KindOfRemark(const JournalRemark& remark, std::string_view id) {
  // A name that somebody chose may stand anywhere; 64 digits are nobody else's.
  if (id.size() != kFullId || remark.text.size() > kLongestRemark) return std::nullopt;
  if (remark.text.find(id) == std::string::npos) return std::nullopt;
  for (const Form& form : kForms) {
    if (remark.speaker != form.speaker) continue;
    if (remark.text.find(form.words) != std::string::npos) return form.kind;
  }
  return std::nullopt;
}

}  // namespace headroom
