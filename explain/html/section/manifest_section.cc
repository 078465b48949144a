#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "explain/html/anchor.h"
#include "explain/html/section/page_content.h"

namespace headroom {
namespace {

constexpr std::size_t kMostTextBytes = 200;  // of a name, of a reason

std::string TookText(std::chrono::microseconds took) {
  if (took.count() < 1000) return fmt::format("{} \u00b5s", took.count());
  return fmt::format("{:.1f} ms", static_cast<double>(took.count()) / 1000.0);
}

/// When it was read, counted from the kill.
std::string WhenText(const PageContent& content, const ManifestRow& row) {
  const auto& killed = content.the_case.killed_at;
  if (!killed || !row.captured_boot) return "";
  const std::chrono::nanoseconds before = *killed - *row.captured_boot;
  return before.count() >= 0 ? BeforeEnd(content, before) : AfterEnd(content, -before);
}

bool IsWhole(const ManifestRow& row) { return row.outcome == Outcome::kComplete; }

SafeText Bounded(std::string_view bytes) {
  if (bytes.size() <= kMostTextBytes) return TextOfBytes(bytes);
  return {TextOfBytes(bytes.substr(0, kMostTextBytes)).text + "..."};
}

SafeText AnchorOfRow(const PageContent& content, std::size_t index) {
  return AnchorOf(CitationOf("manifest.json", content.manifest_lines[index]));
}

using Rows = std::vector<std::size_t>;

/// What is lacking for the same reason, in the manifest's order of the first of each.
std::vector<Rows> LackingByReason(const PageContent& content) {
  const auto& rows = content.evidence.manifest.rows;
  std::map<std::pair<Outcome, std::string_view>, std::size_t> known;
  std::vector<Rows> groups;
  for (std::size_t i = 0; i < content.manifest_lines.size(); ++i) {
    if (IsWhole(rows[i])) continue;
    const auto [place, added] = known.try_emplace({rows[i].outcome, rows[i].reason}, groups.size());
    if (added) groups.emplace_back();
    groups[place->second].push_back(i);
  }
  return groups;
}

void PutLacking(Markup& out, const PageContent& content, const Rows& group) {
  const auto& rows = content.evidence.manifest.rows;
  out.Put({"<tr><th class=\"names\">"});
  for (const std::size_t index : group) {
    out.Put({"<code id=\"", AnchorOfRow(content, index), "\">", Bounded(rows[index].section),
             "</code> "});
  }
  const ManifestRow& first = rows[group.front()];
  out.Put({"</th><td class=\"nowrap\">", Text(OutcomeName(first.outcome)), "</td><td>",
           Bounded(first.reason), "</td></tr>\n"});
}

void PutWhole(Markup& out, const PageContent& content, std::size_t index) {
  const ManifestRow& row = content.evidence.manifest.rows[index];
  out.Put({"<tr id=\"", AnchorOfRow(content, index), "\"><th><code>", Bounded(row.section),
           "</code></th><td class=\"r\">", Text(ToText(Bytes{row.bytes})), "</td><td class=\"r\">",
           Text(TookText(row.took)), "</td><td class=\"r\">", Text(WhenText(content, row)),
           "</td></tr>\n"});
}

std::size_t CountWhole(const Manifest& manifest) {
  return static_cast<std::size_t>(std::ranges::count_if(manifest.rows, IsWhole));
}

}  // namespace

void PutManifest(Markup& out, const PageContent& content) {
  const auto& rows = content.evidence.manifest.rows;
  if (rows.empty()) return;
  const std::size_t whole = CountWhole(content.evidence.manifest);
  out.Put(
      {"<section aria-labelledby=\"manifest.json\">\n<h2 id=\"manifest.json\">What was "
       "recorded</h2>\n"});
  if (whole < rows.size()) {
    out.Put(
        {"<table class=\"stack\"><thead><tr><th>not "
         "whole</th><th>outcome</th><th>why</th></tr></thead>"
         "<tbody>\n"});
    for (const Rows& group : LackingByReason(content)) PutLacking(out, content, group);
    out.Put({"</tbody></table>\n"});
  }
  if (whole > 0) {
    out.Put({"<details><summary>", Number(whole),
             " recorded whole</summary>\n<table><thead><tr><th>file</th><th class=\"r\">size</th>"
             "<th class=\"r\">took</th><th class=\"r\">read</th></tr></thead><tbody>\n"});
    for (std::size_t i = 0; i < content.manifest_lines.size(); ++i) {
      if (IsWhole(rows[i])) PutWhole(out, content, i);
    }
    out.Put({"</tbody></table></details>\n"});
  }
  if (rows.size() > content.manifest_lines.size()) {
    out.Put({"<p class=\"quiet\">The first ", Number(content.manifest_lines.size()), " of ",
             Number(rows.size()), " rows; manifest.json has them all.</p>\n"});
  }
  out.Put({"</section>\n"});
}

}  // namespace headroom
