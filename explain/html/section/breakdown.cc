#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "explain/html/chart/timeline_svg.h"
#include "explain/html/section/bars.h"
#include "explain/html/section/page_content.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

constexpr std::size_t kMostFiles = 10;

std::optional<Bytes> PartOf(const Filling& held, MemoryPart part) {
  switch (part) {
    case MemoryPart::kAnon:
      return held.anon;
    case MemoryPart::kShmem:
      return held.shmem;
    case MemoryPart::kKernel:
      return held.kernel;
    case MemoryPart::kCache:
      return held.cache;
  }
  return std::nullopt;
}

double Amount(const std::optional<Bytes>& bytes) {
  return bytes ? static_cast<double>(bytes->value) : 0;
}

double SumOf(const Filling& held) {
  double sum = 0;
  for (const MemoryPart part : kMemoryParts) sum += Amount(PartOf(held, part));
  return sum;
}

std::optional<Bytes> LimitOf(const Filling& held) {
  if (!held.limit || held.limit->unlimited()) return std::nullopt;
  return held.limit->bytes();
}

std::string WhenText(const PageContent& content) {
  const Case& the_case = content.the_case;
  if (the_case.held->at_kill) return "at the kill, as the kernel printed it";
  const auto age = SnapshotAge(the_case);
  return age ? "at the snapshot, " + BeforeEnd(content, *age) : "at the snapshot";
}

std::string BarDescription(const Filling& held) {
  std::string text;
  for (const MemoryPart part : kMemoryParts) {
    const auto bytes = PartOf(held, part);
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", PartName(part),
                        bytes ? ToText(*bytes) : "not recorded");
  }
  const auto limit = LimitOf(held);
  return limit ? text + ", of a limit of " + ToText(*limit) : text;
}

/// One bar as wide as the limit, or as all parts where they are more or there is none.
void PutBar(Markup& out, const Filling& held) {
  const double whole = std::max({SumOf(held), Amount(LimitOf(held)), 1.0});
  out.Put(
      {"<svg width=\"100%\" height=\"30\" role=\"img\" aria-labelledby=\"bar-title "
       "bar-desc\"><title id=\"bar-title\">What the memory was</title><desc id=\"bar-desc\">",
       Text(BarDescription(held)), "</desc><rect class=\"rest\" width=\"100%\" height=\"30\"/>"});
  double before = 0;
  for (const MemoryPart part : kMemoryParts) {
    const double amount = Amount(PartOf(held, part));
    if (amount <= 0) continue;
    const SafeText x = WidthOf(before, whole);
    const SafeText width = WidthOf(amount, whole);
    out.Put({"<rect class=\"", Text(PartClass(part)), "\" x=\"", x, "\" width=\"", width,
             "\" height=\"30\"/>"});
    const SafeText texture = TextureOf(part);
    if (!texture.text.empty()) {
      out.Put({"<rect ", texture, " x=\"", x, "\" width=\"", width, "\" height=\"30\"/>"});
    }
    before += amount;
  }
  out.Put({"</svg>\n"});
}

/// Less than half a percent is not nothing.
std::string ShareOfLimit(const std::optional<Bytes>& part, const std::optional<Bytes>& limit) {
  if (!part || !limit) return "";
  const std::string share = ShareText(*part, Limit(*limit));
  return share.empty() && part->value > 0 ? "below 1 %" : share;
}

void PutRows(Markup& out, const Filling& held) {
  const auto limit = LimitOf(held);
  out.Put(
      {"<table class=\"parts\"><thead><tr><th>part</th><th class=\"r\">amount</th><th "
       "class=\"r\">of the limit</th></tr></thead><tbody>\n"});
  for (const MemoryPart part : kMemoryParts) {
    const auto bytes = PartOf(held, part);
    out.Put({"<tr><th><span class=\"swatch\">"});
    PutSwatch(out, part);
    out.Put({Text(PartName(part)), "</span></th><td class=\"r\">",
             Text(bytes ? ToText(*bytes) : "not recorded"), "</td><td class=\"r\">",
             Text(ShareOfLimit(bytes, limit)), "</td></tr>\n"});
  }
  if (limit) {
    out.Put({"<tr><th>limit (memory.max)</th><td class=\"r\">", Text(ToText(*limit)),
             "</td><td></td></tr>\n"});
  }
  out.Put({"</tbody></table>\n"});
}

void PutHeld(Markup& out, const PageContent& content) {
  const Filling& held = *content.the_case.held;
  out.Put({"<figure><figcaption>", TextOfBytes(held.cgroup), ", ", Text(WhenText(content)), " "});
  PutCitation(out, content, held.evidence);
  out.Put({"</figcaption>\n"});
  PutBar(out, held);
  PutRows(out, held);
  out.Put({"</figure>\n"});
}

Bytes AllocatedBy(const ShmFile& file) {
  return file.allocated.value_or(file.bytes.value_or(Bytes{}));
}

void PutShmFiles(Markup& out, const PageContent& content) {
  const auto& shm = content.the_case.inputs.shm;
  if (!shm || shm->files.empty()) return;
  Bytes largest{1};
  for (const ShmFile& file : shm->files) largest = std::max(largest, AllocatedBy(file));
  out.Put({"<h3>Files on /dev/shm</h3>\n<table class=\"bars\"><tbody>\n"});
  for (std::size_t i = 0; i < std::min(shm->files.size(), kMostFiles); ++i) {
    const ShmFile& file = shm->files[i];
    const bool known = file.allocated || file.bytes;
    out.Put({"<tr><th><code>", Text(Shown(file.path)), "</code></th>"});
    PutBarCell(out, AllocatedBy(file), largest, "shmem");
    out.Put({"<td class=\"r\">", Text(known ? ToText(AllocatedBy(file)) : "not known"),
             "</td></tr>\n"});
  }
  out.Put({"</tbody></table>\n"});
  const std::uint64_t total = shm->total_files.value_or(shm->files.size());
  if (total > kMostFiles) {
    out.Put({"<p class=\"quiet\">The ", Number(kMostFiles), " largest of ", Number(total),
             " files; before/shm.json has more.</p>\n"});
  }
}

}  // namespace

void PutBreakdown(Markup& out, const PageContent& content) {
  const bool files = content.the_case.inputs.shm && !content.the_case.inputs.shm->files.empty();
  if (!content.the_case.held && !files) return;
  out.Put({"<section aria-labelledby=\"held\">\n<h2 id=\"held\">What the memory was</h2>\n"});
  if (content.the_case.held) PutHeld(out, content);
  PutShmFiles(out, content);
  out.Put({"</section>\n"});
}

}  // namespace headroom
