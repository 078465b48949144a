#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/layers/layer.h"

namespace headroom {

/// "advise": every rule warns. "balanced": fixes what is safe. "strict": refuses what lets a
/// container take the host.
inline constexpr std::array<std::string_view, 3> kBuiltInProfiles = {"advise", "balanced",
                                                                     "strict"};

/// One of them; nullopt for any other name. "advise" names the action of every rule, so that it
/// undoes what lies below it; the others are files of policy/profiles/, parsed when asked for.
[[nodiscard]] std::optional<Profile> BuiltInProfile(std::string_view name);

/// The text of the file behind it; empty for "advise" and for other names.
[[nodiscard]] std::string_view BuiltInProfileText(std::string_view name);

/// The profile of `layer` of that name, else the built-in one; nullopt when there is neither.
[[nodiscard]] std::optional<Profile> FindProfile(const PolicyLayer& layer, std::string_view name);

/// A profile and what it extends, in the order in which they are laid.
struct ProfileChain {
  enum class Fault { kNone, kUnknown, kCycle, kTooLong };
  std::vector<Profile> profiles;  ///< the one that extends nothing first; empty with a fault
  Fault fault = Fault::kNone;
  std::string problem;             ///< "there is no profile \"x\""; empty without a fault
  std::string hint;                ///< may be empty
  std::vector<std::string> names;  ///< as they were met; of a cycle its members
};

/// Longer chains are refused.
inline constexpr std::size_t kMaxProfileChain = 16;

/// The profiles of one layer, each parsed and put together once. Borrows the layer.
class ProfileBook {
 public:
  explicit ProfileBook(const PolicyLayer& layer) : layer_(layer) {}
  /// Valid as long as the book.
  const ProfileChain& ChainOf(const std::string& name);

 private:
  ProfileChain Build(const std::string& name) const;

  const PolicyLayer& layer_;
  std::map<std::string, ProfileChain, std::less<>> chains_;
};

/// All names that can be chosen.
[[nodiscard]] std::vector<std::string_view> ProfileNames(const PolicyLayer& layer);

}  // namespace headroom
