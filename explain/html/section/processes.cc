#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "explain/html/section/bars.h"
#include "explain/html/section/page_content.h"
#include "explain/study/map_growth.h"
#include "explain/words/words.h"
#include "kernel/proc/smaps.h"

namespace headroom {
namespace {

constexpr std::size_t kMostProcesses = 15;
constexpr std::size_t kMostGroups = 12;

std::string AmountText(const std::optional<Bytes>& bytes) { return bytes ? ToText(*bytes) : ""; }

Bytes LargestRss(const ProcessTable& table) {
  Bytes largest{1};
  for (const ProcessRow& row : table.processes) {
    largest = std::max(largest, row.rss.value_or(Bytes{}));
  }
  return largest;
}

void PutProcess(Markup& out, const Case& the_case, const ProcessRow& row, Bytes largest) {
  const bool killed = WasKilled(the_case.inputs, row.id.pid);
  out.Put({"<tr><th><span class=\"quiet\">", Text(std::to_string(row.id.pid)), "</span> ",
           Text(Shown(row.comm)), killed ? Piece(" <span class=\"tag\">killed</span>") : Piece(""),
           "</th>"});
  PutBarCell(out, row.rss.value_or(Bytes{}), largest, killed ? Piece("killedbar") : Piece("bar"));
  out.Put({"<td class=\"r\" data-is=\"resident\">", Text(row.rss ? ToText(*row.rss) : "not known"),
           "</td><td class=\"r\" data-is=\"anonymous\">", Text(AmountText(row.rss_anon)),
           "</td><td class=\"r\" data-is=\"shared\">", Text(AmountText(row.rss_shmem)),
           "</td><td class=\"r\" data-is=\"swap\">", Text(AmountText(row.swap)),
           "</td><td class=\"r\" data-is=\"oom_score_adj\">",
           Text(row.oom_score_adj ? std::to_string(*row.oom_score_adj) : ""), "</td></tr>\n"});
}

void PutProcessTable(Markup& out, const PageContent& content, const ProcessTable& table) {
  const std::size_t rows = std::min(table.processes.size(), kMostProcesses);
  const std::uint64_t total =
      std::max<std::uint64_t>(table.total.value_or(0), table.processes.size());
  out.Put({"<p class=\"quiet\">",
           Text(rows < total ? fmt::format("The {} largest of {}", rows, total)
                             : CountText(total, "process", "processes")),
           " at the snapshot. Pages that processes share count in each of them. "});
  PutCitation(out, content, "before/processes.json");
  out.Put(
      {"</p>\n<table class=\"bars many\"><thead><tr><th>process</th><th></th><th "
       "class=\"r\">resident</th><th class=\"r\">anonymous</th><th class=\"r\">shared</th><th "
       "class=\"r\">swap</th><th class=\"r\">oom_score_adj</th></tr></thead><tbody>\n"});
  for (std::size_t i = 0; i < rows; ++i) {
    PutProcess(out, content.the_case, table.processes[i], LargestRss(table));
  }
  out.Put({"</tbody></table>\n"});
}

/// How fast the mappings of a process grew, where there is an earlier map of it.
struct MapGrowth {
  const EarlierMap* earlier = nullptr;
  std::chrono::nanoseconds apart{};
};

std::optional<MapGrowth> MapGrowthOf(const Case& the_case, int pid) {
  const auto apart = TimeBetweenMaps(the_case, pid);
  if (!apart) return std::nullopt;
  return MapGrowth{.earlier = &*the_case.inputs.earlier, .apart = *apart};
}

void PutGroup(Markup& out, const MappingGroup& group, Bytes largest,
              const std::optional<MapGrowth>& growth) {
  out.Put({"<tr><th>", Text(Shown(group.name)), "</th>"});
  PutBarCell(out, group.Held(), largest, "bar");
  out.Put({"<td class=\"r\" data-is=\"resident\">", Text(ToText(group.Held())), "</td>"});
  if (growth) {
    const auto rate = GrowthOf(group, *growth->earlier, growth->apart);
    out.Put({"<td class=\"r\" data-is=\"grew by\">",
             Text(rate ? fmt::format("+{}/s", ToText(*rate)) : ""), "</td>"});
  }
  out.Put({"<td class=\"r\" data-is=\"swap\">",
           group.swap.value_or(Bytes{}).value > 0 ? Text(ToText(*group.swap)) : SafeText{},
           "</td><td class=\"r\" data-is=\"mappings\">", Number(group.mappings), "</td></tr>\n"});
}

void PutGroups(Markup& out, const std::vector<MappingGroup>& groups,
               const std::optional<MapGrowth>& growth) {
  const Bytes largest = std::max(groups.front().Held(), Bytes{1});
  out.Put(
      {"<table class=\"bars stack\"><thead><tr><th>mapping</th><th></th><th "
       "class=\"r\">resident</th>",
       growth ? Piece("<th class=\"r\">grew by</th>") : Piece(""),
       "<th class=\"r\">swap</th><th class=\"r\">mappings</th></tr></thead><tbody>\n"});
  for (std::size_t i = 0; i < std::min(groups.size(), kMostGroups); ++i) {
    PutGroup(out, groups[i], largest, growth);
  }
  out.Put({"</tbody></table>\n"});
  if (groups.size() > kMostGroups) {
    out.Put(
        {"<p class=\"quiet\">And ", Number(groups.size() - kMostGroups), " smaller ones.</p>\n"});
  }
  if (growth) {
    out.Put({"<p class=\"quiet\">Grown since the map of ", Text(ToText(growth->apart)),
             " earlier; less than 1 MiB, and what was not there then, has no number.</p>\n"});
  }
}

/// The memory map of the victim, as it was read while it lived.
void PutMappings(Markup& out, const PageContent& content) {
  const Victim& victim = content.the_case.victim;
  if (!victim.pid) return;
  const std::string file = fmt::format("before/smaps/{}", *victim.pid);
  const std::string* text = content.evidence.File(file);
  if (text == nullptr) return;
  const auto smaps = ParseSmaps(*text);
  if (!smaps) return;  // a statement says so
  auto groups = GroupMappings(*smaps);
  std::erase_if(groups, [](const MappingGroup& group) {
    return group.Held().value == 0 && group.swap.value_or(Bytes{}).value == 0;
  });
  if (groups.empty()) return;
  const auto age = SectionAge(content.the_case, file);
  out.Put({"<h3>Where the memory of ", Text(ProcessText(*victim.pid, victim.comm)),
           " lay</h3>\n<p class=\"quiet\">",
           Text(smaps->truncated ? "An incomplete map" : "Its map"),
           Text(age ? ", " + BeforeEnd(content, *age) : ""), ". "});
  PutCitation(out, content, file);
  out.Put({"</p>\n"});
  PutGroups(out, groups, MapGrowthOf(content.the_case, *victim.pid));
}

}  // namespace

void PutProcesses(Markup& out, const PageContent& content) {
  Markup inner;
  const auto& table = content.the_case.inputs.processes;
  if (table && !table->processes.empty()) PutProcessTable(inner, content, *table);
  PutMappings(inner, content);
  if (inner.empty()) return;
  out.Put({"<section aria-labelledby=\"processes\">\n<h2 id=\"processes\">Who held it</h2>\n"});
  out.Put(inner);
  out.Put({"</section>\n"});
}

}  // namespace headroom
