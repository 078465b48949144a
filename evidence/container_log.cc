#include "evidence/container_log.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "evidence/docker_local_log.h"
#include "evidence/redaction.h"
#include "evidence/wall_text.h"

namespace headroom {
namespace {

constexpr std::size_t kLongestJoined = 65536;
constexpr std::size_t kLongestKept = 1024;

using Piece = ContainerLogPiece;

std::optional<Piece> ParseDocker(std::string_view raw) {
  const auto document = ParseJsonObject(raw, "log");
  if (!document) return std::nullopt;
  auto text = OptionalString(*document, "log", "log");
  const auto stream = OptionalString(*document, "stream", "log");
  const auto time = OptionalString(*document, "time", "log");
  if (!text || !*text || !stream || !time) return std::nullopt;
  Piece piece{.line = {.stamp = time->value_or(""),
                       .at = {},
                       .stream = stream->value_or(""),
                       .text = **std::move(text)},
              .partial = true};
  if (piece.line.text.ends_with('\n')) {
    piece.line.text.pop_back();
    piece.partial = false;
  }
  return piece;
}

std::optional<std::string_view> TakeWord(std::string_view& rest) {
  const std::size_t blank = rest.find(' ');
  if (blank == std::string_view::npos || blank == 0) return std::nullopt;
  const std::string_view word = rest.substr(0, blank);
  rest.remove_prefix(blank + 1);
  return word;
}

std::optional<Piece> ParseCri(std::string_view raw) {
  const auto stamp = TakeWord(raw);
  const auto stream = stamp ? TakeWord(raw) : std::nullopt;
  if (!stream || (*stream != "stdout" && *stream != "stderr")) return std::nullopt;
  // Tags are joined by ":"; the first says whether the line is whole. No blank follows a last one.
  const std::string_view tags = raw.substr(0, raw.find(' '));
  if (!tags.starts_with('F') && !tags.starts_with('P')) return std::nullopt;
  raw.remove_prefix(std::min(raw.size(), tags.size() + 1));
  return Piece{.line = {.stamp = std::string(*stamp),
                        .at = {},
                        .stream = std::string(*stream),
                        .text = std::string(raw)},
               .partial = tags.front() == 'P'};
}

/// Puts the pieces of split lines together; the streams of a container split independently.
class Joiner {
 public:
  void Add(Piece piece) {
    std::optional<ContainerLine>& open = piece.line.stream == "stderr" ? err_ : out_;
    if (!open) {
      open = std::move(piece.line);
    } else if (open->text.size() < kLongestJoined) {
      open->text += piece.line.text;
    }
    if (!piece.partial) Close(open);
  }
  std::vector<ContainerLine> Finish() {
    Close(out_);
    Close(err_);
    return std::move(lines_);
  }

 private:
  void Close(std::optional<ContainerLine>& open) {
    if (open) lines_.push_back(*std::exchange(open, std::nullopt));
  }
  std::optional<ContainerLine> out_;
  std::optional<ContainerLine> err_;
  std::vector<ContainerLine> lines_;
};

/// All of them at once: a private key goes over several.
void Redact(std::vector<ContainerLine>& lines) {
  std::string all;
  for (ContainerLine& line : lines) {
    std::ranges::replace(line.text, '\n', ' ');
    all += line.text;
    all += '\n';
  }
  const std::string redacted = Redacted(all);
  std::string_view rest = redacted;
  for (ContainerLine& line : lines) line.text = TakeLine(rest).value_or("");
}

bool IsWanted(const ContainerLine& line, const WantedLines& wanted) {
  if (!wanted.since && !wanted.before) return true;
  return line.at && line.at >= wanted.since.value_or(*line.at) &&
         (!wanted.before || *line.at < *wanted.before);
}

std::vector<ContainerLine> Finished(Joiner joiner, const WantedLines& wanted) {
  auto lines = joiner.Finish();
  Redact(lines);  // before anything is cut: half of a secret is none that is known
  for (ContainerLine& line : lines) {
    if (!line.at) line.at = ParseRfc3339(line.stamp);
    if (line.text.size() > kLongestKept) line.text.resize(kLongestKept);
  }
  std::erase_if(lines, [&](const ContainerLine& line) { return !IsWanted(line, wanted); });
  if (lines.size() > wanted.most) {
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(wanted.most));
  }
  return lines;
}

}  // namespace

std::vector<ContainerLine> LastLines(std::string_view text, ContainerLogFormat format,
                                     const WantedLines& wanted) {
  if (format == ContainerLogFormat::kDockerLocal) {
    return LastLines(ParseDockerLocalLog(text), wanted);
  }
  Joiner joiner;
  while (const auto raw = TakeLine(text)) {
    auto piece = format == ContainerLogFormat::kDockerJson ? ParseDocker(*raw) : ParseCri(*raw);
    if (piece) joiner.Add(*std::move(piece));
  }
  return Finished(std::move(joiner), wanted);
}

std::vector<ContainerLine> LastLines(std::vector<ContainerLogPiece> pieces,
                                     const WantedLines& wanted) {
  Joiner joiner;
  for (Piece& piece : pieces) joiner.Add(std::move(piece));
  return Finished(std::move(joiner), wanted);
}

}  // namespace headroom
