#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "explain/html/section/bars.h"
#include "explain/html/section/page_content.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

constexpr std::size_t kMostRows = 20;
constexpr const char* kFile = "neighbours.json";

std::string AmountText(const std::optional<Bytes>& bytes) { return bytes ? ToText(*bytes) : ""; }

/// Files without shared memory, which lies within them.
std::optional<Bytes> CacheOf(const Neighbour& row) {
  if (!row.file) return std::nullopt;
  const Bytes shmem = row.shmem.value_or(Bytes{});
  return *row.file > shmem ? *row.file - shmem : Bytes{};
}

std::string LimitText(const Neighbour& row) {
  if (!row.max) return "";
  return row.max->unlimited() ? "none" : ToText(row.max->bytes());
}

Bytes LargestOf(const Neighbours& neighbours) {
  Bytes largest{1};
  for (const Neighbour& row : neighbours.cgroups) {
    largest = std::max(largest, row.current.value_or(Bytes{}));
  }
  return largest;
}

/// `largest`: of those that are listed, by what they have now.
std::string PartText(const Neighbour& row, bool largest) {
  std::string text;
  const auto add = [&](bool is, std::string_view words) {
    if (is) text += fmt::format("{}{}", text.empty() ? "" : ", ", words);
  };
  add(row.container, "this container");
  add(row.victim, "the killed was in it");
  add(row.trigger, "asked for the last page");
  add(largest, "largest now");
  return text;
}

void PutRow(Markup& out, const Neighbour& row, Bytes largest) {
  out.Put({"<tr><th>", Text(Shown(row.path))});
  const std::string part = PartText(row, row.current == largest);
  if (!part.empty()) out.Put({" <span class=\"tag\">", Text(part), "</span>"});
  out.Put({"</th>"});
  PutBarCell(out, row.current.value_or(Bytes{}), largest,
             row.container ? Piece("killedbar") : Piece("bar"));
  out.Put({"<td class=\"r\" data-is=\"all\">",
           Text(row.current ? ToText(*row.current) : "not known"),
           "</td><td class=\"r\" data-is=\"anonymous\">", Text(AmountText(row.anon)),
           "</td><td class=\"r\" data-is=\"shared\">", Text(AmountText(row.shmem)),
           "</td><td class=\"r\" data-is=\"cache\">", Text(AmountText(CacheOf(row))),
           "</td><td class=\"r\" data-is=\"limit\">", Text(LimitText(row)), "</td></tr>\n"});
}

void PutTable(Markup& out, const Neighbours& neighbours) {
  out.Put(
      {"<table class=\"bars many\"><thead><tr><th>cgroup</th><th></th><th class=\"r\">all</th><th "
       "class=\"r\">anonymous</th><th class=\"r\">shared</th><th class=\"r\">cache</th><th "
       "class=\"r\">its limit</th></tr></thead><tbody>\n"});
  const Bytes largest = LargestOf(neighbours);
  for (std::size_t i = 0; i < std::min(neighbours.cgroups.size(), kMostRows); ++i) {
    PutRow(out, neighbours.cgroups[i], largest);
  }
  out.Put({"</tbody></table>\n"});
}

/// What they are, and when that was: what died is no longer in it.
std::string IntroText(const PageContent& content, const Neighbours& neighbours) {
  std::string text = neighbours.level == "host"
                         ? std::string("Units and containers of the host")
                         : fmt::format("Cgroups below {}", Shown(neighbours.level));
  const auto& killed = content.the_case.killed_at;
  if (killed && neighbours.read_boot && *neighbours.read_boot >= *killed) {
    text += ", read " + AfterEnd(content, *neighbours.read_boot - *killed);
  }
  return text + "; what died is no longer in these figures. ";
}

/// What the host had left, and who asked for more.
void PutRemarks(Markup& out, const Neighbours& neighbours) {
  if (neighbours.host_free && neighbours.host_available) {
    out.Put({"<p class=\"quiet\">The host then had ", Text(ToText(*neighbours.host_free)),
             " free and ", Text(ToText(*neighbours.host_available)), " available.</p>\n"});
  }
  if (const auto& trigger = neighbours.trigger; trigger && trigger->pid > 0) {
    out.Put({"<p class=\"quiet\">Asked for the last page: ",
             Text(ProcessText(trigger->pid, trigger->comm)),
             Text(trigger->cgroup ? ", in " + Shown(*trigger->cgroup)
                                  : ", which had ended when it was looked at"),
             "</p>\n"});
  }
  const std::uint64_t total =
      std::max<std::uint64_t>(neighbours.total.value_or(0), neighbours.cgroups.size());
  const std::size_t rows = std::min(neighbours.cgroups.size(), kMostRows);
  if (rows < total) {
    out.Put({"<p class=\"quiet\">The ", Number(rows), " largest of ", Number(total), ".</p>\n"});
  }
  if (neighbours.truncated) {
    out.Put({"<p class=\"quiet\">Not all could be looked at in time.</p>\n"});
  }
}

}  // namespace

void PutNeighbours(Markup& out, const PageContent& content) {
  const auto& neighbours = content.the_case.inputs.neighbours;
  if (!neighbours || neighbours->cgroups.empty()) return;
  out.Put(
      {"<section aria-labelledby=\"neighbours\">\n<h2 id=\"neighbours\">Who else was at that "
       "level</h2>\n<p class=\"quiet\">",
       Text(IntroText(content, *neighbours))});
  PutCitation(out, content, kFile);
  out.Put({"</p>\n"});
  PutTable(out, *neighbours);
  PutRemarks(out, *neighbours);
  out.Put({"</section>\n"});
}

}  // namespace headroom
