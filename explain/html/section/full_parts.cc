#include "explain/html/section/full_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "explain/html/chart/timeline_svg.h"
#include "explain/html/section/bars.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

std::string_view NameOf(ChargedPart part) {
  switch (part) {
    case ChargedPart::kAnon:
      return "anonymous";
    case ChargedPart::kShmem:
      return "shared memory";
    case ChargedPart::kDirty:
      return "cache, not written yet";
    case ChargedPart::kWriteback:
      return "cache, being written";
    case ChargedPart::kCleanCache:
      return "cache, clean";
    case ChargedPart::kCache:
      return "page cache";
    case ChargedPart::kSlabReclaimable:
      return "kernel: slab that can be freed";
    case ChargedPart::kSlabUnreclaimable:
      return "kernel: slab";
    case ChargedPart::kKernelStacks:
      return "kernel: stacks of threads";
    case ChargedPart::kPageTables:
      return "kernel: page tables";
    case ChargedPart::kPercpu:
      return "kernel: a piece a processor";
    case ChargedPart::kVmalloc:
      return "kernel: vmalloc";
    case ChargedPart::kZswap:
      return "compressed swap (zswap)";
    case ChargedPart::kOtherKernel:
      return "kernel: other";
    case ChargedPart::kSock:
      return "kernel: sockets";
    case ChargedPart::kHugetlb:
      return "huge pages";
    case ChargedPart::kUnaccounted:
      break;
  }
  return "in no figure";
}

/// nullopt: of none of the four. Huge pages are anonymous memory, or a file's as shared memory is.
std::optional<MemoryPart> FamilyOf(ChargedPart part) {
  switch (part) {
    case ChargedPart::kAnon:
      return MemoryPart::kAnon;
    case ChargedPart::kShmem:
      return MemoryPart::kShmem;
    case ChargedPart::kDirty:
    case ChargedPart::kWriteback:
    case ChargedPart::kCleanCache:
    case ChargedPart::kCache:
      return MemoryPart::kCache;
    case ChargedPart::kHugetlb:
    case ChargedPart::kUnaccounted:
      return std::nullopt;
    default:
      return MemoryPart::kKernel;
  }
}

double Amount(const std::optional<Bytes>& bytes) {
  return bytes ? static_cast<double>(bytes->value) : 0;
}

double WholeOf(const PartBar& bar) {
  double sum = 0;
  for (const BarPart& row : bar.rows) sum += Amount(row.bytes);
  return std::max({sum, Amount(bar.limit), 1.0});
}

std::string DescriptionOf(const PartBar& bar) {
  std::string text;
  for (const BarPart& row : bar.rows) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", row.name,
                        row.bytes ? ToText(*row.bytes) : "not recorded");
  }
  return bar.limit ? text + ", of a limit of " + ToText(*bar.limit) : text;
}

SafeText ClassOf(const BarPart& row) {
  return Text(row.family ? PartClass(*row.family) : "unstated");
}

void PutPiece(Markup& out, const BarPart& row, double before, double whole) {
  const SafeText x = WidthOf(before, whole);
  const SafeText width = WidthOf(Amount(row.bytes), whole);
  out.Put(
      {"<rect class=\"", ClassOf(row), "\" x=\"", x, "\" width=\"", width, "\" height=\"30\"/>"});
  const SafeText texture = row.family ? TextureOf(*row.family) : SafeText{};
  if (!texture.text.empty()) {
    out.Put({"<rect ", texture, " x=\"", x, "\" width=\"", width, "\" height=\"30\"/>"});
  }
  // Parts of one family lie beside one another in one colour.
  out.Put({"<rect class=\"seam\" x=\"", x, "\" width=\"1\" height=\"30\"/>"});
}

void PutBar(Markup& out, const PartBar& bar) {
  out.Put(
      {"<svg width=\"100%\" height=\"30\" role=\"img\" aria-labelledby=\"bar-title "
       "bar-desc\"><title id=\"bar-title\">What the memory was</title><desc id=\"bar-desc\">",
       Text(DescriptionOf(bar)), "</desc><rect class=\"rest\" width=\"100%\" height=\"30\"/>"});
  const double whole = WholeOf(bar);
  double before = 0;
  for (const BarPart& row : bar.rows) {
    if (Amount(row.bytes) <= 0) continue;
    PutPiece(out, row, before, whole);
    before += Amount(row.bytes);
  }
  out.Put({"</svg>\n"});
}

/// Less than half a percent is not nothing.
std::string ShareOfLimit(const std::optional<Bytes>& part, const std::optional<Bytes>& limit) {
  if (!part || !limit) return "";
  const std::string share = ShareText(*part, Limit(*limit));
  return share.empty() && part->value > 0 ? "below 1 %" : share;
}

void PutRow(Markup& out, const PartBar& bar, const BarPart& row) {
  out.Put({"<tr><th><span class=\"swatch\">"});
  if (row.family) {
    PutSwatch(out, *row.family);
  } else {
    out.Put(
        {"<svg width=\"14\" height=\"14\" aria-hidden=\"true\"><rect width=\"14\" height=\"14\" "
         "class=\"unstated\"/></svg>"});
  }
  out.Put({Text(row.name), "</span></th><td class=\"r\">",
           Text(row.bytes ? ToText(*row.bytes) : "not recorded"), "</td><td class=\"r\">",
           Text(ShareOfLimit(row.bytes, bar.limit)), "</td></tr>\n"});
}

void PutRows(Markup& out, const PartBar& bar) {
  out.Put(
      {"<table class=\"parts\"><thead><tr><th>part</th><th class=\"r\">amount</th><th "
       "class=\"r\">of the limit</th></tr></thead><tbody>\n"});
  for (const BarPart& row : bar.rows) PutRow(out, bar, row);
  if (bar.limit) {
    out.Put(
        {"<tr><th>limit</th><td class=\"r\">", Text(ToText(*bar.limit)), "</td><td></td></tr>\n"});
  }
  out.Put({"</tbody></table>\n"});
}

/// Whether any part of a family is stated, also as nothing.
bool IsStated(const Breakdown& breakdown, MemoryPart family) {
  return std::ranges::any_of(
      breakdown.parts, [&](const PartAmount& amount) { return FamilyOf(amount.part) == family; });
}

}  // namespace

PartBar FullParts(const Breakdown& breakdown, std::optional<Bytes> limit) {
  PartBar bar;
  bar.limit = limit;
  for (const PartAmount& amount : breakdown.parts) {
    if (amount.bytes.value == 0) {
      bar.nothing.emplace_back(NameOf(amount.part));
    } else {
      bar.rows.push_back(
          {.name = NameOf(amount.part), .family = FamilyOf(amount.part), .bytes = amount.bytes});
    }
  }
  for (const MemoryPart family : kMemoryParts) {
    if (IsStated(breakdown, family)) continue;
    bar.rows.push_back({.name = PartName(family), .family = family, .bytes = std::nullopt});
  }
  const bool unaccounted = breakdown.Of(ChargedPart::kUnaccounted).value_or(Bytes{}).value > 0;
  if (unaccounted) bar.remark = fmt::format("In no figure: {}.", UnaccountedReason(breakdown));
  return bar;
}

void PutPartBar(Markup& out, const PartBar& bar) {
  PutBar(out, bar);
  PutRows(out, bar);
  if (!bar.remark.empty()) out.Put({"<p class=\"quiet\">", Text(bar.remark), "</p>\n"});
  if (!bar.nothing.empty()) {
    out.Put({"<p class=\"quiet\">None of it: ",
             Text(fmt::format("{}", fmt::join(bar.nothing, "; "))), ".</p>\n"});
  }
}

}  // namespace headroom
