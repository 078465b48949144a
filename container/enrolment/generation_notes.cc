#include "container/enrolment/generation_notes.h"

#include <fmt/format.h>

#include <string_view>

#include "base/file.h"
#include "base/text.h"

namespace headroom {
namespace {

constexpr const char* kCountedFile = "counted";
constexpr const char* kClosedFile = "closed";
constexpr const char* kAccountedFile = "accounted";
constexpr const char* kSupersededFile = "superseded";
constexpr std::size_t kMaxNoteBytes = 1U << 20U;
constexpr mode_t kPrivateFile = 0600;

/// "3 17"
std::optional<GenerationNotes::Closed> ParseClosed(std::string_view line) {
  const auto words = Split(line, ' ');
  if (words.size() != 2) return std::nullopt;
  const auto up_to = ParseUint64(words[0]);
  const auto sequence = ParseUint64(words[1]);
  if (!up_to || !sequence) return std::nullopt;
  return GenerationNotes::Closed{.up_to = *up_to, .log_sequence = *sequence};
}

}  // namespace

Status GenerationNotes::Write(const char* file, const std::string& text) const {
  const auto directory = registry_.Open(entry_);
  if (!directory) return std::unexpected(directory.error());
  return ReplaceFileAt(directory->get(), file, text, kPrivateFile, Durability::kNone);
}

std::optional<std::string> GenerationNotes::Read(const char* file) const {
  const auto directory = registry_.Open(entry_);
  if (!directory) return std::nullopt;
  auto text = ReadFileAt(directory->get(), file, kMaxNoteBytes);
  return text ? std::optional(*std::move(text)) : std::nullopt;
}

std::optional<std::uint64_t> GenerationNotes::ReadNumber(const char* file) const {
  const auto text = Read(file);
  return text ? ParseUint64(Trimmed(*text)) : std::nullopt;
}

Status GenerationNotes::NoteCounted(const Counted& counted) const {
  std::string text = fmt::format("{}\n", counted.up_to);
  for (const std::string& key : counted.candidates) text += key + "\n";
  return Write(kCountedFile, text);
}

std::optional<GenerationNotes::Counted> GenerationNotes::ReadCounted() const {
  const auto text = Read(kCountedFile);
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  const auto number = TakeLine(rest);
  const auto up_to = number ? ParseUint64(*number) : std::nullopt;
  if (!up_to) return std::nullopt;
  Counted counted{.up_to = *up_to, .candidates = {}};
  while (const auto key = TakeLine(rest)) counted.candidates.emplace_back(*key);
  return counted;
}

Status GenerationNotes::NoteClosed(const std::vector<Closed>& closed) const {
  std::string text;
  for (const Closed& one : closed) text += fmt::format("{} {}\n", one.up_to, one.log_sequence);
  return Write(kClosedFile, text);
}

std::vector<GenerationNotes::Closed> GenerationNotes::ReadClosed() const {
  const auto text = Read(kClosedFile);
  if (!text) return {};
  std::vector<Closed> closed;
  std::string_view rest = *text;
  while (const auto line = TakeLine(rest)) {
    const auto one = ParseClosed(*line);
    if (!one) return {};
    closed.push_back(*one);
  }
  return closed;
}

Status GenerationNotes::NoteAccounted(std::uint64_t kills) const {
  return Write(kAccountedFile, fmt::format("{}\n", kills));
}

std::optional<std::uint64_t> GenerationNotes::ReadAccounted() const {
  return ReadNumber(kAccountedFile);
}

Status GenerationNotes::NoteSuperseded(BootTime enrolled) const {
  return Write(kSupersededFile, fmt::format("{}\n", enrolled.count()));
}

std::optional<BootTime> GenerationNotes::ReadSuperseded() const {
  const auto noted = ReadNumber(kSupersededFile);
  if (!noted || *noted > static_cast<std::uint64_t>(BootTime::max().count())) return std::nullopt;
  return BootTime(static_cast<BootTime::rep>(*noted));
}

}  // namespace headroom
