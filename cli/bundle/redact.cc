#include "evidence/redact/redact.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "capture/section.h"
#include "cli/bundle/output.h"
#include "cli/bundle/verbs.h"
#include "evidence/bundle_name.h"
#include "evidence/pack/bundle_files.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

/// Where the copy's folder gets its name from: it is of the same moment.
std::string NameFor(const BundleFiles& original, const Store::Draft& draft) {
  const auto entry = ParseBundleName(original.path.substr(original.path.rfind('/') + 1));
  if (!entry) return "bundle";
  return fmt::format("{}-{}-{}", entry->stamp, BundleKindName(entry->kind),
                     draft.incident.DirectoryPart());
}

void PrintText(const Environment& environment, const BundleRedactOptions& options,
               const Redaction& redaction, const Verdict& verdict, const BundleFiles& copy) {
  std::ostream& out = options.out == "-" ? environment.err : environment.out;
  out << fmt::format("{}: {} files rewritten, {} left out (level {}); still explained as {}\n",
                     options.out == "-" ? "standard output" : EscapedForPeople(options.out),
                     redaction.changed.size(), redaction.dropped.size(), redaction.level,
                     CauseName(verdict.cause))
      << fmt::format("digest  {}  of its manifest.json\n", BundleDigest(copy));
}

void PrintJson(const Environment& environment, const BundleRedactOptions& options,
               const Redaction& redaction, const Verdict& verdict, const BundleFiles& copy) {
  environment.out << DumpJson({{"schema", "headroom.bundle-redact/1"},
                               {"bundle", EscapedForPeople(options.out)},
                               {"level", redaction.level},
                               {"changed", redaction.changed},
                               {"dropped", redaction.dropped},
                               {"cause", CauseName(verdict.cause)},
                               {"confidence", ConfidenceName(verdict.confidence)},
                               {"digest", BundleDigest(copy)}});
}

}  // namespace

int BundleRedact(const Environment& environment, const BundleRedactOptions& options) {
  const auto level = ParseRedactionLevel(options.level);
  if (!level) return Fail(environment, CliStatus::kUsage, "--level takes files or names");
  if (options.out == "-" && options.json) {
    return Fail(environment, CliStatus::kUsage, "standard output takes the pack or --json");
  }
  const auto original = ReadMeantBundle(environment, options.subject);
  if (!original) return FailToFind(environment, original.error());
  const auto evidence = EvidenceInFiles(original->files, original->path);
  if (!evidence) return FailToRead(environment, evidence.error());
  Store::Draft draft = Redacted(*evidence, *level);
  const Verdict before = Explain(*evidence);
  const Verdict verdict = Explain(EvidenceOf(draft));
  if (verdict.cause != before.cause) {
    return Fail(environment, CliStatus::kIncomplete,
                fmt::format("nothing was written: without what is private it would be explained "
                            "as {}, and it is {}",
                            CauseName(verdict.cause), CauseName(before.cause)));
  }
  draft.sections.push_back(TextSection("summary.json", VerdictJson(verdict)));
  draft.sections.push_back(TextSection("report.txt", VerdictText(verdict)));
  auto copy = FilesOfDraft(draft);
  if (!copy) return FailToMake(environment, copy.error());
  copy->path = NameFor(*original, draft);
  if (auto written = WriteBundleTo(environment, *copy, options.out); !written) {
    return FailToMake(environment, written.error());
  }
  (options.json ? PrintJson : PrintText)(environment, options, *draft.redacted, verdict, *copy);
  return CliStatus::kDone;
}

}  // namespace headroom
