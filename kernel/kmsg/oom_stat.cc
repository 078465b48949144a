#include "kernel/kmsg/oom_stat.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace headroom {
namespace {

constexpr std::string_view kHeader = "Memory cgroup stats for ";
constexpr std::string_view kFigures = ": cache:";
/// A record has 1 KiB, and the figures some 300 bytes of it: of a longer one some may be missing.
constexpr std::size_t kLongestLine = 900;
/// A key of memory.stat is no longer.
constexpr std::size_t kLongestKey = 40;

/// No machine has as much, and thousands of it can be added up.
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 50U;

using Member = std::optional<Bytes> OomStat::*;

struct Key {
  std::string_view name;
  Member member;
};
constexpr std::array<Key, 8> kKeys = {{{"anon", &OomStat::anon},
                                       {"slab_reclaimable", &OomStat::slab_reclaimable},
                                       {"file", &OomStat::file},
                                       {"shmem", &OomStat::shmem},
                                       {"file_dirty", &OomStat::dirty},
                                       {"file_writeback", &OomStat::writeback},
                                       {"kernel", &OomStat::kernel},
                                       {"zswap", &OomStat::zswap}}};
constexpr std::array<Key, 5> kOldKeys = {{{"rss", &OomStat::anon},
                                          {"cache", &OomStat::file},
                                          {"shmem", &OomStat::shmem},
                                          {"dirty", &OomStat::dirty},
                                          {"writeback", &OomStat::writeback}}};

/// "4KB" -> 4096.
std::optional<Bytes> Kilobytes(std::string_view text) {
  constexpr std::uint64_t kMost = kMostBytes >> 10U;
  if (!text.ends_with("KB")) return std::nullopt;
  const auto number = ParseUint64(text.substr(0, text.size() - 2));
  if (!number || *number > kMost) return std::nullopt;
  return Kibibytes(*number);
}

/// The figures of one cgroup.
OomStat ParseFigures(std::string_view text) {
  OomStat stat;
  for (const std::string_view word : Words(text)) {
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos) continue;
    const auto key = std::ranges::find(kOldKeys, word.substr(0, colon), &Key::name);
    if (key != kOldKeys.end()) stat.*(key->member) = Kilobytes(word.substr(colon + 1));
  }
  return stat;
}

std::optional<Bytes> Sum(const std::optional<Bytes>& one, const std::optional<Bytes>& other) {
  return one && other ? std::optional(*one + *other) : std::nullopt;
}

bool IsBelow(std::string_view path, std::string_view above) {
  return path.size() > above.size() && path.starts_with(above) && path[above.size()] == '/';
}

/// Lines of one record: some daemons write a line end as "#012".
std::string_view TakeStatLine(std::string_view& text) {
  constexpr std::string_view kEscaped = "#012";
  const std::size_t end = std::min(text.find('\n'), text.find(kEscaped));
  const std::string_view line = text.substr(0, end);
  if (end == std::string_view::npos) {
    text = {};
  } else {
    text.remove_prefix(end + (text[end] == '\n' ? 1 : kEscaped.size()));
  }
  return line;
}

}  // namespace

std::optional<Bytes> OomStat::Unwritten() const {
  if (!dirty) return std::nullopt;
  const Bytes sum = *dirty + writeback.value_or(Bytes{});
  return file ? std::min(sum, *file - shmem.value_or(Bytes{})) : sum;
}

bool IsStatLine(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == 0 || blank > kLongestKey) return false;
  const bool key = std::ranges::all_of(text.substr(0, blank), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  return key && ParseUint64(text.substr(blank + 1)).has_value();
}

void OomStatReader::Take(std::string_view text, std::uint64_t sequence) {
  if (!text.starts_with(kHeader)) {
    if (lines_follow_ && stat_) TakeLines(text);
    return;
  }
  std::string_view rest = text.substr(kHeader.size());
  const std::size_t figures = rest.find(kFigures);
  if (figures != std::string_view::npos) {
    // A path may say the same, and what is cut may leave only that.
    unclear_ = unclear_ || rest.rfind(kFigures) != figures || text.size() > kLongestLine;
    return TakeKilobytes(rest.substr(0, figures), rest.substr(figures + 2), sequence);
  }
  if (!rest.ends_with(':')) return;
  rest.remove_suffix(1);
  TakeHeader(rest, sequence);
}

void OomStatReader::TakeHeader(std::string_view path, std::uint64_t sequence) {
  unclear_ = unclear_ || stat_.has_value();
  stat_ = OomStat{.cgroup = std::string(path), .sequence = sequence};
  lines_follow_ = true;
}

void OomStatReader::TakeKilobytes(std::string_view path, std::string_view figures,
                                  std::uint64_t sequence) {
  OomStat one = ParseFigures(figures);
  if (!stat_) {
    one.cgroup = path;
    one.sequence = sequence;
    stat_ = std::move(one);
    return;
  }
  unclear_ = unclear_ || !IsBelow(path, stat_->cgroup);
  for (const Key& key : kOldKeys) {
    stat_.value().*(key.member) = Sum(stat_.value().*(key.member), one.*(key.member));
  }
}

void OomStatReader::TakeLines(std::string_view text) {
  const bool many =
      text.find('\n') != std::string_view::npos || text.find("#012") != std::string_view::npos;
  while (!text.empty()) {
    const std::string_view line = Trimmed(TakeStatLine(text));
    if (!IsStatLine(line) || (many && text.empty())) continue;
    const std::size_t blank = line.find(' ');
    const auto key = std::ranges::find(kKeys, line.substr(0, blank), &Key::name);
    const auto number = ParseUint64(line.substr(blank + 1));
    if (key == kKeys.end() || !number || *number > kMostBytes) continue;
    std::optional<Bytes>& figure = stat_.value().*(key->member);
    // Said twice it is not of one report.
    unclear_ = unclear_ || figure.has_value();
    figure = Bytes{*number};
  }
}

std::optional<OomStat> OomStatReader::Result() const {
  return unclear_ || !stat_ || !stat_->anon ? std::nullopt : stat_;
}

}  // namespace headroom
