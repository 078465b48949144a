#include "policy/heap/node.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/heap/amount.h"
#include "policy/heap/words.h"

namespace headroom::heap {
namespace {

constexpr std::array<Unit, 1> kMebibytes = {{{"", 1ULL << 20U}}};
constexpr std::string_view kOldSpace = "--max-old-space-size";
constexpr std::string_view kOldSpaceShare = "--max-old-space-size-percentage";

/// Options whose value is a word of its own. Behind one that is missing here the value looks like
/// the script, and what follows is not read: that misses a setting, it never invents one.
constexpr std::array<std::string_view, 12> kValued = {
    "-r",      "--require", "--import",     "--loader", "--experimental-loader",
    "-C",      "-e",        "--conditions", "--eval",   "-p",
    "--print", "--title"};

void Take(std::string_view option, std::string_view variable, NodeMemory& memory) {
  const std::size_t end = option.find('=');
  if (end == std::string_view::npos || end > kOldSpaceShare.size()) return;
  std::string name(option.substr(0, end));
  std::ranges::replace(name, '_', '-');
  const std::string_view value = option.substr(end + 1);
  if (name == kOldSpace) {
    const auto size = ParseSize(value, kMebibytes, LetterCase::kExact);
    // 0 is V8's own choice.
    if (size && size->value == 0) memory.old_space = std::nullopt;
    if (size && size->value > 0) memory.old_space = {std::string(option), variable, *size};
  } else if (name == kOldSpaceShare) {
    const auto share = ParsePercentage(value);
    if (share) memory.old_space_share = {std::string(option), variable, *share};
  }
}

std::string Subject(const std::string& option, std::string_view variable, const Program& program) {
  const char* who = program.runtime == Runtime::kNode ? "node is" : "any Node in it is to be";
  if (variable.empty()) return fmt::format("{} started with {}", who, option);
  return fmt::format("{} started with {} in {}", who, option, variable);
}

struct Heap {
  Bytes size;
  std::string subject;
  std::string smaller;  ///< the option with a value that fits; empty where none does
  bool follows_limit;   ///< a larger limit makes a larger heap
};

Heap BySize(const NodeMemory& memory, const Program& program, Bytes allowed) {
  const Asked<Bytes>& asked = *memory.old_space;
  Heap heap{.size = asked.value,
            .subject = Subject(asked.option, asked.variable, program),
            .smaller = {},
            .follows_limit = false};
  const std::uint64_t fitting = WholeMebibytes(allowed);
  if (fitting > 0) heap.smaller = fmt::format("start it with {}={}", kOldSpace, fitting);
  return heap;
}

Heap ByShare(const NodeMemory& memory, const Program& program, Bytes allowed, Bytes seen,
             Bytes limit) {
  const Asked<double>& asked = *memory.old_space_share;
  Heap heap{.size = PartOf(seen, asked.value / 100),
            .subject = Subject(asked.option, asked.variable, program),
            .smaller = {},
            .follows_limit = seen <= limit};
  if (const int fitting = FittingPerCent(allowed, seen); fitting > 0) {
    heap.smaller = fmt::format("start it with {}={}", kOldSpaceShare, fitting);
  }
  return heap;
}

}  // namespace

NodeMemory ReadNode(std::optional<std::string_view> variable, std::span<const std::string> args) {
  NodeMemory memory;
  if (variable) {
    for (const std::string& option : OptionWords(*variable, WordRules::kNode)) {
      Take(option, "NODE_OPTIONS", memory);
    }
  }
  for (std::size_t at = 0; at < args.size(); ++at) {
    const std::string_view arg = args[at];
    if (arg.size() < 2 || arg.front() != '-' || arg == "--") break;
    if (std::ranges::find(kValued, arg) != kValued.end()) {
      ++at;
      continue;
    }
    Take(arg, "", memory);
  }
  return memory;
}

Judgement JudgeNode(const NodeMemory& memory, const Program& program, const Fit& fit) {
  if (memory.empty()) return Satisfied{};
  const Bytes allowed = PartOf(fit.limit, fit.heap_share);
  const auto seen = SeenMemory(fit);
  if (memory.old_space_share && !seen) {
    return NotJudged{"node goes by the host's memory, which could not be read"};
  }
  const Heap heap = memory.old_space_share ? ByShare(memory, program, allowed, *seen, fit.limit)
                                           : BySize(memory, program, allowed);
  if (heap.size <= allowed) return Satisfied{};
  const bool only_smaller = heap.follows_limit && !heap.smaller.empty();
  return Misfit(
      fmt::format("{}: {}{}; policy accepts {}, since Buffers, code and young objects come on top",
                  heap.subject, ToText(heap.size), ShareText(fit, heap.size), ToText(allowed)),
      only_smaller ? heap.smaller
                   : SmallerOrRaise(fit, heap.smaller, WholeOf(heap.size, fit.heap_share)));
}

}  // namespace headroom::heap
