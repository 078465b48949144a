#include "explain/inferred/remark.h"

#include <algorithm>
#include <optional>

#include "explain/inferred/cgroup_name.h"

namespace headroom {
namespace {

constexpr std::size_t kLongestRemark = 4096;
constexpr std::size_t kFullId = 64;

/// Takes `words` off the front; false: it does not begin so.
bool Take(std::string_view& text, std::string_view words) {
  if (!text.starts_with(words)) return false;
  text.remove_prefix(words.size());
  return true;
}

/// A line of logrus as it writes to a pipe: `time="..." level=info msg="..." key=value`.
struct LoggedLine {
  std::string_view message;  ///< as written, escapes and all
  std::string_view fields;   ///< behind it, with the blank before each
};

/// Where a quoted text ends that goes on behind the opening quote; npos: nowhere.
std::size_t EndOfQuoted(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return i;
    if (text[i] == '\\') ++i;
  }
  return std::string_view::npos;
}

std::optional<LoggedLine> ReadLogged(std::string_view text) {
  if (!Take(text, "time=\"")) return LoggedLine{.message = text, .fields = {}};
  const std::size_t time = EndOfQuoted(text);
  if (time == std::string_view::npos) return std::nullopt;
  text.remove_prefix(time + 1);
  if (!Take(text, " level=")) return std::nullopt;
  text.remove_prefix(std::min(text.find(' '), text.size()));
  if (!Take(text, " msg=\"")) return std::nullopt;
  const std::size_t end = EndOfQuoted(text);
  if (end == std::string_view::npos) return std::nullopt;
  return LoggedLine{.message = text.substr(0, end), .fields = text.substr(end + 1)};
}

/// Its fields are sorted, and nothing of a container's stands before `container`.
bool NamesInFields(std::string_view fields, std::string_view id) {
  if (!Take(fields, " container=") || !Take(fields, id)) return false;
  return fields.empty() || fields.front() == ' ';
}

/// "Container ID failed to exit within 10s of signal 15 - using the force"; since Docker 23 the id
/// is a field (moby, daemon/stop.go).
bool IsForced(std::string_view text, std::string_view id) {
  const auto line = ReadLogged(text);
  if (!line) return false;
  std::string_view message = line->message;
  if (!message.ends_with(" - using the force") || !Take(message, "Container ")) return false;
  if (Take(message, "failed to exit ")) return NamesInFields(line->fields, id);
  return Take(message, id) && message.starts_with(" failed to exit ");
}

/// "2026-11-21 03:12:43.5 +0000 UTC container stop ID (image=..., name=...)": labels, which anybody
/// chooses, come behind (podman, libpod/events/events.go).
std::optional<RemarkKind> PodmanEvent(std::string_view text, std::string_view id) {
  const std::size_t type = text.find(" container ");
  const bool dated = !text.empty() && text.front() >= '0' && text.front() <= '9';
  if (!dated || type == std::string_view::npos || text.substr(0, type).contains('(')) {
    return std::nullopt;
  }
  text.remove_prefix(type);
  RemarkKind kind = RemarkKind::kStopAsked;
  if (!Take(text, " container stop ")) {
    if (!Take(text, " container kill ")) return std::nullopt;
    kind = RemarkKind::kKillAsked;
  }
  return Take(text, id) && text.starts_with(" (") ? std::optional(kind) : std::nullopt;
}

/// "Killed /system.slice/docker-ID.scope due to memory pressure for ...". It kills a cgroup with
/// all that is in it, and takes one that has none below: inside a container that runs systemd or
/// an engine of its own these are that one's.
std::optional<RemarkKind> OfOomd(std::string_view text, std::string_view id) {
  if (!Take(text, "Killed ")) return std::nullopt;
  const std::string_view killed = text.substr(0, text.find(' '));
  const auto cgroup = CgroupNamedAfter(killed, id);
  if (!cgroup) return std::nullopt;
  const std::string_view below = killed.substr(cgroup->size());
  // crun puts the container one further down in its scope.
  const bool own = below.empty() || (below == "/container" && cgroup->ends_with(".scope"));
  return own ? RemarkKind::kOomd : RemarkKind::kOomdInside;
}

/// "docker-ID.scope: A process of this unit has been killed by the OOM killer."
std::optional<RemarkKind> OfUnit(std::string_view text, std::string_view id) {
  const std::size_t colon = text.find(": ");
  if (colon == std::string_view::npos || ContainerInComponent(text.substr(0, colon)) != id) {
    return std::nullopt;
  }
  text.remove_prefix(colon);
  if (text.starts_with(": systemd-oomd killed ")) return RemarkKind::kOomd;
  return text.starts_with(": A process of this unit has been killed by the OOM killer")
             ? std::optional(RemarkKind::kUnitOom)
             : std::nullopt;
}

}  // namespace

std::optional<RemarkKind> KindOfRemark(const JournalRemark& remark, std::string_view id) {
  // A name that somebody chose may stand anywhere; 64 digits are nobody else's.
  if (id.size() != kFullId || remark.text.size() > kLongestRemark) return std::nullopt;
  const std::string_view text = remark.text;
  const auto if_so = [](bool is, RemarkKind kind) {
    return is ? std::optional(kind) : std::nullopt;
  };
  if (remark.speaker == "dockerd") return if_so(IsForced(text, id), RemarkKind::kStopForced);
  if (remark.speaker == "podman") return PodmanEvent(text, id);
  if (remark.speaker == "systemd-oomd") return OfOomd(text, id);
  if (remark.speaker == "systemd") return OfUnit(text, id);
  return std::nullopt;
}

}  // namespace headroom
