#include "evidence/kubelet_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace headroom {
namespace {

constexpr std::string_view kManager = "viction manager: ";  // "E" since 1.21, "e" before
constexpr std::size_t kLongestHeader = 96;
constexpr std::size_t kLongestResource = 64;
constexpr std::size_t kMostPods = 1024;

struct Phrase {
  std::string_view words;
  KubeletEvent event;
};

/// What follows "Eviction manager: " in a structured line; the rest is in its fields.
constexpr std::array<Phrase, 8> kMessages = {{
    {"must evict pod(s) to reclaim", KubeletEvent::kMustEvict},
    {"pods ranked for eviction", KubeletEvent::kRanked},
    {"cannot evict a critical pod", KubeletEvent::kRefused},
    {"cannot evict a critical static pod", KubeletEvent::kRefused},
    {"pod is evicted successfully", KubeletEvent::kEvicted},
    {"pods evicted, waiting for pod to be cleaned up", KubeletEvent::kEvicted},
    {"pod failed to evict", KubeletEvent::kFailed},
    {"unable to evict any pods from the node", KubeletEvent::kGaveUp},
}};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// "I0528 16:05:54.802914 2269385 eviction_manager.go:627] " with its end; 0: it is none.
std::size_t HeaderLength(std::string_view text) {
  constexpr std::string_view kFile = "eviction_manager.go:";
  constexpr std::size_t kDate = 5;
  if (text.size() < kDate || std::string_view("IWEF").find(text[0]) == std::string_view::npos) {
    return 0;
  }
  if (!std::ranges::all_of(text.substr(1, kDate - 1), IsDigit)) return 0;
  const std::size_t end = text.substr(0, kLongestHeader).find("] ");
  if (end == std::string_view::npos) return 0;
  const std::string_view header = text.substr(0, end);
  const std::string_view place = header.substr(header.rfind(' ') + 1);
  const std::string_view line =
      place.starts_with(kFile) ? place.substr(kFile.size()) : std::string_view{};
  return !line.empty() && std::ranges::all_of(line, IsDigit) ? end + 2 : 0;
}

/// "ns/name", or "name_ns(uid)" as versions before 1.21 have it; else empty names.
PodName PodIn(std::string_view token) {
  const std::size_t slash = token.find('/');
  PodName pod;
  if (slash != std::string_view::npos) {
    pod = {.name_space = std::string(token.substr(0, slash)),
           .name = std::string(token.substr(slash + 1))};
  } else {
    const std::size_t bar = token.find('_');
    const std::size_t open = token.find('(');
    if (bar == std::string_view::npos || open == std::string_view::npos || open < bar) return {};
    if (!token.ends_with(')')) return {};
    pod = {.name_space = std::string(token.substr(bar + 1, open - bar - 1)),
           .name = std::string(token.substr(0, bar))};
  }
  return IsKubernetesName(pod.name_space) && IsKubernetesName(pod.name) ? pod : PodName{};
}

std::vector<PodName> PodsIn(std::string_view list) {
  constexpr std::string_view kBetween = " ,[]\"";
  std::vector<PodName> pods;
  while (pods.size() < kMostPods) {
    const std::size_t begin = list.find_first_not_of(kBetween);
    if (begin == std::string_view::npos) break;
    list.remove_prefix(begin);
    const std::string_view token = list.substr(0, list.find_first_of(kBetween));
    pods.push_back(PodIn(token));
    list.remove_prefix(token.size());
  }
  return pods;
}

/// A resource is a word; what is none was not stated.
std::string ResourceIn(std::string_view text) {
  const bool is_word =
      !text.empty() && text.size() <= kLongestResource && std::ranges::all_of(text, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '/';
      });
  return is_word ? std::string(text) : "";
}

/// Behind `open`, which is at 0: the place of its end; npos: it is cut off. In quotes, a backslash
/// takes the meaning from what follows.
std::size_t EndOf(std::string_view text, char close) {
  bool quoted = false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == close && (close == '"' || !quoted)) {
      return i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    }
  }
  return std::string_view::npos;
}

/// The value of key=value at hand, and behind it; quotes and brackets are cut off. nullopt: it is
/// not whole.
std::optional<std::string_view> TakeValue(std::string_view& rest) {
  const bool enclosed = rest.starts_with('"') || rest.starts_with('[');
  if (!enclosed) {
    const std::string_view value = rest.substr(0, rest.find(' '));
    rest.remove_prefix(value.size());
    return value;
  }
  const std::size_t end = EndOf(rest, rest.front() == '"' ? '"' : ']');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view value = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  return value;
}

/// The value of `key` in " key=value key=value"; nullopt: it is not there, or not whole.
std::optional<std::string_view> FieldNamed(std::string_view key, std::string_view fields) {
  while (!fields.empty()) {
    const std::size_t begin = fields.find_first_not_of(' ');
    if (begin == std::string_view::npos) break;
    fields.remove_prefix(begin);
    const std::size_t equals = fields.find('=');
    if (equals == std::string_view::npos) break;
    const std::string_view name = fields.substr(0, equals);
    fields.remove_prefix(equals + 1);
    const auto value = TakeValue(fields);
    if (!value || name == key) return value;
  }
  return std::nullopt;
}

/// "The node was low on resource: memory. Threshold quantity: ..."
std::string ResourceOfMessage(std::string_view message) {
  constexpr std::string_view kLow = "The node was low on resource: ";
  if (!message.starts_with(kLow)) return "";
  const std::string_view rest = message.substr(kLow.size());
  const std::size_t end = rest.find(". ");
  return end == std::string_view::npos ? "" : ResourceIn(rest.substr(0, end));
}

/// Of an event that is about one pod, it has to be named.
bool IsWhole(const KubeletLine& line) {
  if (line.event == KubeletEvent::kGaveUp) return true;
  if (line.event == KubeletEvent::kMustEvict) return !line.resource.empty();
  if (line.event == KubeletEvent::kRanked) return !line.pods.empty();
  return !line.pods.empty() && std::ranges::find(line.pods, PodName{}) == line.pods.end();
}

std::optional<KubeletLine> WholeOr(KubeletLine line) {
  return IsWhole(line) ? std::optional(std::move(line)) : std::nullopt;
}

KubeletLine WithFields(KubeletEvent event, std::string_view fields) {
  KubeletLine line{.event = event, .resource = {}, .pods = {}};
  if (event == KubeletEvent::kGaveUp) return line;
  if (event == KubeletEvent::kMustEvict) {
    line.resource = ResourceIn(FieldNamed("resourceName", fields).value_or(""));
    return line;
  }
  auto pods = FieldNamed("pod", fields);
  if (!pods) pods = FieldNamed("pods", fields);
  line.pods = PodsIn(pods.value_or(""));
  return line;
}

std::optional<KubeletLine> ParseStructured(std::string_view text) {
  const std::size_t end = text.find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view message = text.substr(1, end - 1);
  const std::string_view fields = text.substr(end + 1);
  if (message == "Evicting pod") {
    KubeletLine line = WithFields(KubeletEvent::kEvicting, fields);
    line.resource = ResourceOfMessage(FieldNamed("message", fields).value_or(""));
    return WholeOr(std::move(line));
  }
  if (message.empty() || !message.substr(1).starts_with(kManager)) return std::nullopt;
  message.remove_prefix(1 + kManager.size());
  const auto* const found = std::ranges::find(kMessages, message, &Phrase::words);
  if (found == kMessages.end()) return std::nullopt;
  return WholeOr(WithFields(found->event, fields));
}

/// Of "BEGIN rest END" the rest; nullopt: it is another sentence.
std::optional<std::string_view> Between(std::string_view text, std::string_view begin,
                                        std::string_view end) {
  if (text.size() < begin.size() + end.size()) return std::nullopt;
  if (!text.starts_with(begin) || !text.ends_with(end)) return std::nullopt;
  return text.substr(begin.size(), text.size() - begin.size() - end.size());
}

struct Sentence {
  std::string_view begin;
  std::string_view end;
  KubeletEvent event;
};

/// What follows "eviction manager: " in a line of before 1.21; in between are pods.
constexpr std::array<Sentence, 7> kSentences = {{
    {"pods ranked for eviction: ", "", KubeletEvent::kRanked},
    {"cannot evict a critical pod ", "", KubeletEvent::kRefused},
    {"cannot evict a critical static pod ", "", KubeletEvent::kRefused},
    {"NOT evicting static pod ", "", KubeletEvent::kRefused},
    {"pods ", " evicted, waiting for pod to be cleaned up", KubeletEvent::kEvicted},
    {"pod ", " evicted, waiting for pod to be cleaned up", KubeletEvent::kEvicted},
    {"pod ", " is evicted successfully", KubeletEvent::kEvicted},
}};

std::optional<KubeletLine> ParseSentence(std::string_view text) {
  if (text == "unable to evict any pods from the node") {
    return KubeletLine{.event = KubeletEvent::kGaveUp, .resource = {}, .pods = {}};
  }
  if (const auto resource = Between(text, "must evict pod(s) to reclaim ", "")) {
    return WholeOr(
        {.event = KubeletEvent::kMustEvict, .resource = ResourceIn(*resource), .pods = {}});
  }
  for (const Sentence& sentence : kSentences) {
    const auto pods = Between(text, sentence.begin, sentence.end);
    if (!pods) continue;
    return WholeOr({.event = sentence.event, .resource = {}, .pods = PodsIn(*pods)});
  }
  const std::size_t failed = text.find(" failed to evict ");
  if (!text.starts_with("pod ") || failed == std::string_view::npos) return std::nullopt;
  constexpr std::size_t kPod = 4;
  return WholeOr({.event = KubeletEvent::kFailed,
                  .resource = {},
                  .pods = PodsIn(text.substr(kPod, std::max(failed, kPod) - kPod))});
}

std::string FieldsOf(const KubeletLine& line) {
  std::string names;
  for (const PodName& pod : line.pods) {
    names += fmt::format("{}\"{}/{}\"", names.empty() ? "" : ",", pod.name_space, pod.name);
  }
  if (line.event == KubeletEvent::kRanked || line.pods.size() > 1) {
    return fmt::format(" pods=[{}]", names);
  }
  if (line.event == KubeletEvent::kMustEvict) {
    return fmt::format(" resourceName=\"{}\"", line.resource);
  }
  return names.empty() ? "" : " pod=" + names;
}

std::string BodyOf(const KubeletLine& line) {
  if (line.event == KubeletEvent::kEvicting) {
    const std::string low =
        line.resource.empty()
            ? ""
            : fmt::format(" message=\"The node was low on resource: {}. \"", line.resource);
    return fmt::format("\"Evicting pod\"{}{}", FieldsOf(line), low);
  }
  const auto* const phrase = std::ranges::find(kMessages, line.event, &Phrase::event);
  return fmt::format("\"E{}{}\"{}", kManager, phrase->words, FieldsOf(line));
}

}  // namespace

std::optional<KubeletLine> ParseKubeletLine(std::string_view text) {
  const std::size_t header = HeaderLength(text);
  if (header == 0) return std::nullopt;
  text.remove_prefix(header);
  if (text.starts_with('"')) return ParseStructured(text);
  if (text.empty() || !text.substr(1).starts_with(kManager)) return std::nullopt;
  return ParseSentence(text.substr(1 + kManager.size()));
}

std::optional<std::string> RenamedKubeletLine(
    std::string_view text, const std::function<PodName(const PodName&)>& rename) {
  auto line = ParseKubeletLine(text);
  if (!line) return std::nullopt;
  for (PodName& pod : line->pods) {
    if (pod != PodName{}) pod = rename(pod);
  }
  return std::string(text.substr(0, HeaderLength(text))) + BodyOf(*line);
}

}  // namespace headroom
