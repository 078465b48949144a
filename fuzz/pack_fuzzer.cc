#include "evidence/pack/pack.h"

#include "evidence/pack/check.h"
#include "evidence/pack/tar.h"
#include "evidence/section_name.h"
#include "fuzz/fuzz.h"

namespace {

using namespace headroom;

/// What was read out of an archive is written and read back the same.
void FuzzTar(std::string_view text) {
  const auto files = ReadTar(text, {.most_entries = 64, .most_file_bytes = 65536}, "x");
  if (!files) {
    const ErrorCode code = files.error().code;
    Require(code == ErrorCode::kMalformed || code == ErrorCode::kTooLarge);
    return;
  }
  Require(files->size() <= 64);
  const auto written = WriteTar(*files, 0);
  if (!written) return;  // a name that only the other way to split it fits
  const auto again = ReadTar(*written, {}, "x");
  Require(again.has_value() && *again == *files);
}

}  // namespace

HEADROOM_FUZZ(text) {
  FuzzTar(text);
  const auto bundle = Unpacked(text, "x.tar.gz");
  if (!bundle) {
    const ErrorCode code = bundle.error().code;
    Require(code == ErrorCode::kMalformed || code == ErrorCode::kTooLarge);
    return;
  }
  for (const auto& [name, bytes] : bundle->files) Require(SectionComponents(name).has_value());
  Require(CheckBundle(*bundle).files == bundle->files.size());
  (void)EvidenceInFiles(bundle->files, "x.tar.gz");
}
