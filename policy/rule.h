#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "container/enrolment/enrolment.h"
#include "container/facts/facts.h"

namespace headroom {

/// What policy wants done about a rule that is not kept.
enum class Action {
  kOff,   ///< the rule is not even looked at
  kWarn,  ///< say so; the container starts
  kFix,   ///< change it where that can be done safely, else warn
  kDeny,  ///< the container does not start
};
[[nodiscard]] std::string_view ActionName(Action action);
[[nodiscard]] std::optional<Action> ParseAction(std::string_view name);

/// A number of things (processes, connections). Not bytes.
struct Count {
  std::uint64_t value = 0;
  auto operator<=>(const Count&) const = default;
};

/// A value of /proc/PID/oom_score_adj: -1000 (never chosen) to 1000 (chosen first).
struct OomScoreAdj {
  int value = 0;
  auto operator<=>(const OomScoreAdj&) const = default;
};

/// A value of a rule's parameter, of the type that its ParameterSpec::Kind names.
using ParameterValue = std::variant<bool, double, Bytes, Limit, Count, OomScoreAdj>;
using ParameterValues = std::map<std::string, ParameterValue, std::less<>>;

/// One parameter that a rule takes, for the parser, the schema and docs/policy-reference.md.
struct ParameterSpec {
  enum class Kind {
    kSwitch,       ///< bool: true or false
    kShare,        ///< double: above 0, at most 1
    kBytes,        ///< Bytes: above 0; a number, or text such as "512M"
    kLimit,        ///< Limit: bytes, 0 included, or "unlimited"
    kCount,        ///< Count: a whole number above 0
    kOomScoreAdj,  ///< OomScoreAdj: -1000 to 1000
  };
  std::string_view name;
  Kind kind = Kind::kSwitch;
  std::optional<ParameterValue> fallback;  ///< nullopt: absent unless the policy names it
  std::string_view summary;                ///< one clause, without a full stop
};

/// The parameters of one rule as policy has them. Borrows both.
class Parameters {
 public:
  Parameters(std::span<const ParameterSpec> specs, const ParameterValues& values)
      : specs_(specs), values_(values) {}

  /// What policy says, else the fallback of the rule; nullopt when there is neither. The kind
  /// must be the one of the spec, which the parser guarantees for values from files.
  [[nodiscard]] std::optional<bool> Switch(std::string_view name) const;
  [[nodiscard]] std::optional<double> Share(std::string_view name) const;
  [[nodiscard]] std::optional<Bytes> Amount(std::string_view name) const;
  [[nodiscard]] std::optional<Limit> LimitOf(std::string_view name) const;
  [[nodiscard]] std::optional<Count> CountOf(std::string_view name) const;
  [[nodiscard]] std::optional<OomScoreAdj> Score(std::string_view name) const;

 private:
  template <typename T>
  [[nodiscard]] std::optional<T> Get(std::string_view name) const;

  std::span<const ParameterSpec> specs_;
  const ParameterValues& values_;
};

/// What can be changed about a container that starts: the setting, not the way to it. In the hook
/// that is a file of the cgroup or the mounted tmpfs; before the runtime has read config.json it is
/// a key there. A fix only ever tightens.
struct SetMemoryMax {
  Bytes value;
  bool operator==(const SetMemoryMax&) const = default;
};
/// memory.swap.max: swap alone, not memory and swap together.
struct SetSwapMax {
  Bytes value;  ///< 0: no swap
  bool operator==(const SetSwapMax&) const = default;
};
/// memory.oom.group = 1.
struct SetOomGroup {
  bool operator==(const SetOomGroup&) const = default;
};
/// memory.low: protection, so raising it is what tightens. Never above memory.max.
struct SetMemoryLow {
  Bytes value;
  bool operator==(const SetMemoryLow&) const = default;
};
struct SetPidsMax {
  Count value;
  bool operator==(const SetPidsMax&) const = default;
};
/// hugetlb.<page size>.max.
struct SetHugetlbMax {
  Bytes page_size;
  Bytes value;
  bool operator==(const SetHugetlbMax&) const = default;
};
/// The size of a tmpfs of the container's own.
struct SetTmpfsSize {
  std::string destination;  ///< as the container will see it: "/dev/shm"
  Bytes value;
  bool operator==(const SetTmpfsSize&) const = default;
};
/// Of the container's init; its children inherit it.
struct SetOomScoreAdj {
  OomScoreAdj value;
  bool operator==(const SetOomScoreAdj&) const = default;
};
/// RLIMIT_MEMLOCK, soft and hard.
struct SetMemlock {
  Bytes value;
  bool operator==(const SetMemlock&) const = default;
};
/// linux.resources.memory.disableOOMKiller = false (cgroup v1).
struct EnableOomKiller {
  bool operator==(const EnableOomKiller&) const = default;
};
using Fix = std::variant<SetMemoryMax, SetSwapMax, SetOomGroup, SetMemoryLow, SetPidsMax,
                         SetHugetlbMax, SetTmpfsSize, SetOomScoreAdj, SetMemlock, EnableOomKiller>;

/// How a rule came out.
struct Satisfied {};
/// The facts that the rule needs are not there; that is never held against the container.
struct NotJudged {
  std::string reason;
};
struct Violation {
  std::string fact;           ///< what was seen, with numbers
  std::string advice;         ///< what to type instead
  std::vector<Fix> fixes;     ///< what could be changed now; several where one is not enough
  std::string no_fix_reason;  ///< why not, where there is no fix
};
using Judgement = std::variant<Satisfied, NotJudged, Violation>;

struct RuleInput {
  const ContainerFacts& facts;
  const Parameters& parameters;
  Mode mode = Mode::kTripwire;
};

/// One rule: a file under rules/ that defines one of these. Rules do no input or output; the
/// engine orders and merges what they say. Every rule warns unless policy says otherwise.
struct Rule {
  std::string_view id;
  std::string_view summary;  ///< one sentence: what is so when the rule is kept
  std::span<const ParameterSpec> parameters;
  Judgement (*evaluate)(const RuleInput& input) = nullptr;
  /// Why these parameters cannot all be meant ("\"at_least\" is above \"at_most\""); empty when
  /// they can. nullptr: any values of the right kind go together.
  std::string (*contradiction)(const Parameters& parameters) = nullptr;
};

/// Every rule under rules/, in the order of their file names. The table is generated by the build.
[[nodiscard]] std::span<const Rule* const> AllRules();
/// nullptr when there is no rule of that id.
[[nodiscard]] const Rule* FindRule(std::string_view id);

}  // namespace headroom
