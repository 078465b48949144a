#include "explain/html/quotes.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "explain/html/anchor.h"

namespace headroom {
namespace {

constexpr const char* kOomLog = "kernel/oom.log";

/// Quoted also where no statement rests on them.
constexpr std::array<std::string_view, 19> kAskedForFirst = {kOomLog,
                                                             "before/snapshot.json",
                                                             "before/memory.stat",
                                                             "before/memory.pressure",
                                                             "incident.json",
                                                             "before/memory.current",
                                                             "before/memory.events",
                                                             "before/shm.json",
                                                             "before/tmpfs.json",
                                                             "before/shared_memory.json",
                                                             "neighbours.json",
                                                             "kernel/signals.json",
                                                             "self.json",
                                                             "cgroup/memory.max",
                                                             "cgroup/memory.events",
                                                             "before/memory.usage_in_bytes",
                                                             "before/memory.oom_control",
                                                             "cgroup/memory.limit_in_bytes",
                                                             "cgroup/memory.oom_control"};

/// Lines up to which a file is quoted whole, and what is quoted of a longer one.
constexpr std::size_t kShortFile = 48;
constexpr std::size_t kShortLog = 160;
constexpr std::size_t kHead = 6;
constexpr std::size_t kBefore = 4;
constexpr std::size_t kBehind = 10;
/// What a line costs beside its text, so that many short ones do not fill the page.
constexpr std::size_t kMarkupOfALine = 40;

/// Statements by the line they rest on; 0: the file as a whole.
using Cited = std::map<std::size_t, std::vector<std::size_t>>;

std::map<std::string, Cited, std::less<>> CitationsOf(const Verdict& verdict,
                                                      std::vector<std::string>& order) {
  std::map<std::string, Cited, std::less<>> cited;
  for (std::size_t i = 0; i < verdict.statements.size(); ++i) {
    const Citation citation = ParseCitation(verdict.statements[i].evidence);
    if (!cited.contains(citation.file)) order.push_back(citation.file);
    cited[citation.file][citation.line].push_back(i);
  }
  return cited;
}

/// The lines of the kernel's report that say who asked, which limit, who was chosen and killed.
bool IsDecisive(std::string_view file, std::string_view line) {
  constexpr std::array<std::string_view, 4> kSaid = {" invoked oom-killer", "memory: usage ",
                                                     "oom-kill:constraint=", "Killed process "};
  return file == kOomLog && std::ranges::any_of(kSaid, [&](std::string_view said) {
           return line.find(said) != std::string_view::npos;
         });
}

/// Which lines of a long file are quoted: its head, what is cited, and what stands around that.
std::set<std::size_t> LinesOf(const Cited& cited, std::size_t total) {
  std::set<std::size_t> lines;
  for (std::size_t line = 1; line <= std::min(kHead, total); ++line) lines.insert(line);
  for (const auto& [at, statements] : cited) {
    if (at == 0) continue;
    for (std::size_t line = at > kBefore ? at - kBefore : 1; line <= std::min(total, at + kBehind);
         ++line) {
      lines.insert(line);
    }
  }
  return lines;
}

QuotedLine LineOf(std::string_view file, std::string_view text, std::size_t number,
                  const Cited& cited) {
  QuotedLine line{.number = number, .text = std::string(text.substr(0, kMostLineBytes))};
  line.cut = text.size() - line.text.size();
  const auto found = cited.find(number);
  if (found != cited.end()) line.statements = found->second;
  line.decisive = !line.statements.empty() || IsDecisive(file, text);
  return line;
}

Quote QuoteOf(const std::string& file, std::string_view text, const Cited& cited,
              std::size_t& room) {
  Quote quote{.file = file, .lines = {}, .total_lines = 0, .statements = {}};
  std::string_view rest = text;
  while (TakeLine(rest)) ++quote.total_lines;
  const bool whole = quote.total_lines <= (file == kOomLog ? kShortLog : kShortFile);
  const auto wanted = LinesOf(cited, quote.total_lines);
  for (std::size_t number = 1; const auto line = TakeLine(text); ++number) {
    const bool is_cited = cited.contains(number);
    if (!whole && !wanted.contains(number) && !IsDecisive(file, *line)) continue;
    const std::size_t cost = std::min(line->size(), kMostLineBytes) + kMarkupOfALine;
    // What a statement rests on is there whatever else is not: statements are few.
    if (cost > room && !is_cited) continue;
    room -= std::min(room, cost);
    quote.lines.push_back(LineOf(file, *line, number, cited));
  }
  if (const auto on_all = cited.find(0); on_all != cited.end()) quote.statements = on_all->second;
  return quote;
}

}  // namespace

std::vector<Quote> QuotesFor(const Evidence& evidence, const Verdict& verdict) {
  std::vector<std::string> order;
  const auto cited = CitationsOf(verdict, order);
  for (const std::string_view file : kAskedForFirst) {
    if (!cited.contains(file)) order.emplace_back(file);
  }
  std::size_t room = kMostQuotedBytes;
  std::vector<Quote> quotes;
  for (const std::string& file : order) {
    const std::string* text = evidence.File(file);
    // The manifest is a table of the page; a bundle that lists it as a section is not believed.
    if (text == nullptr || file == "manifest.json") continue;
    const auto found = cited.find(file);
    quotes.push_back(QuoteOf(file, *text, found == cited.end() ? Cited{} : found->second, room));
  }
  return quotes;
}

}  // namespace headroom
