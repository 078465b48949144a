#include "cli/why/answer.h"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "base/text.h"
#include "cli/bundle_words.h"
#include "cli/series.h"
#include "evidence/evidence.h"
#include "evidence/pack/pack.h"

namespace headroom {
namespace {

/// The headline, up to the first empty line, in bold.
std::string Emphasised(const std::string& text) {
  const std::size_t end = text.find("\n\n");
  if (end == std::string::npos) return text;
  return "\x1b[1m" + text.substr(0, end) + "\x1b[0m" + text.substr(end);
}

int TellNoBundle(const Environment& environment, const Error& error, const std::string& path) {
  if (error.code != ErrorCode::kNotFound) return FailToRead(environment, error);
  // Of the path itself: what lies in a bundle is checked by its reader.
  const bool in_the_way = error.errno_value == ENOTDIR || error.errno_value == ELOOP;
  return Fail(environment, CliStatus::kNotFound,
              fmt::format("no bundle at {}{}", EscapedForPeople(path),
                          in_the_way ? ": it is no directory, or a symbolic link; name the "
                                       "directory itself"
                                     : ""));
}

}  // namespace

void Print(const Environment& environment, const WhyOptions& options, const Verdict& verdict,
           const std::string& last_line) {
  if (options.json) {
    environment.out << VerdictJson(verdict);
    return;
  }
  const std::string text = VerdictText(verdict);
  environment.out << (environment.terminal ? Emphasised(text) : text);
  if (!last_line.empty()) environment.out << '\n' << last_line << '\n';
}

int TellUneventful(const Environment& environment, const WhyOptions& options,
                   const Verdict& verdict, const std::string& last_line, int status) {
  if (options.present) return Fail(environment, CliStatus::kNoIncident, verdict.headline);
  Print(environment, options, verdict, last_line);
  return status;
}

int ExplainBundle(const Environment& environment, const WhyOptions& options,
                  const std::string& path, const std::string& last_line,
                  const std::vector<BundleEntry>& row) {
  const auto evidence = ReadBundleOrPack(path);
  if (!evidence) return TellNoBundle(environment, evidence.error(), path);
  Verdict verdict = Explain(*evidence);
  if (auto series = SeriesStatement(verdict, row)) verdict.statements.push_back(*std::move(series));
  if (options.present) return options.present(*evidence, verdict);
  Print(environment, options, verdict, last_line);
  return CliStatus::kDone;
}

int ExplainNewest(const Environment& environment, const WhyOptions& options,
                  const std::vector<BundleEntry>& bundles, std::string remark) {
  const std::vector<BundleEntry> earlier(bundles.begin() + 1, bundles.end());
  const std::string others = EarlierText(earlier);
  if (!remark.empty() && !others.empty()) remark += "\n";
  return ExplainBundle(environment, options, bundles.front().path, remark + others, bundles);
}

}  // namespace headroom
