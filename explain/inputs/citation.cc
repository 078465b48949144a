#include "explain/inputs/citation.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "evidence/oom_record.h"

namespace headroom {
namespace {

constexpr std::string_view kManifestName = "manifest.json";

/// Line of the last needle, from 1; 0 when one of them is not found.
std::size_t LineBehind(std::string_view text, std::initializer_list<std::string_view> needles) {
  const auto* needle = needles.begin();
  for (std::size_t line = 1; const auto content = TakeLine(text); ++line) {
    while (content->find(*needle) != std::string_view::npos) {
      if (++needle == needles.end()) return line;
    }
  }
  return 0;
}

std::string FileAndLine(std::string_view file, std::size_t line) {
  return line == 0 ? std::string(file) : fmt::format("{}:{}", file, line);
}

}  // namespace

std::string Cite(const Evidence& evidence, std::string_view file, std::string_view needle) {
  return CiteBehind(evidence, file, {needle});
}

std::string CiteBehind(const Evidence& evidence, std::string_view file,
                       std::initializer_list<std::string_view> needles) {
  const std::string* text = evidence.File(file);
  if (text == nullptr) return "";
  const std::size_t line = LineBehind(*text, needles);
  if (line > 0 || needles.size() == 1) return FileAndLine(file, line);
  return FileAndLine(file, LineBehind(*text, {*needles.begin()}));
}

std::string CiteInLog(const Evidence& evidence, std::uint64_t first_sequence,
                      std::string_view needle) {
  constexpr std::string_view kLog = "kernel/oom.log";
  const std::string* log = evidence.File(kLog);
  if (log == nullptr) return "";
  const std::size_t first = LineOfRecord(*log, first_sequence);
  std::string_view rest = *log;
  for (std::size_t line = 1; const auto content = TakeLine(rest); ++line) {
    if (line >= first && content->find(needle) != std::string_view::npos) {
      return FileAndLine(kLog, line);
    }
  }
  return std::string(kLog);
}

std::string CiteFile(const Evidence& evidence, std::string_view file) {
  return evidence.File(file) == nullptr ? "" : fmt::format("{}:1", file);
}

std::string CiteManifest(const Evidence& evidence, std::string_view section) {
  const std::string text = SerializeManifest(evidence.manifest);
  return FileAndLine(kManifestName, LineBehind(text, {JsonMember("section", section)}));
}

std::string JsonMember(std::string_view key, std::string_view bytes) {
  return fmt::format("\"{}\": {}", key, DumpJsonLine(EscapedForPeople(bytes)));
}

}  // namespace headroom
