#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "explain/inferred/sources.h"

namespace headroom {

/// What engines write of the state of their containers. Pure; kMalformed names `where`. What a text
/// does not state is absent, also what it writes for it ("0001-01-01T00:00:00Z" for no time).

/// Docker's config.v2.json: its State, and who it is.
[[nodiscard]] Result<EngineState> ParseDockerState(std::string_view text, std::string_view where);

/// The answer of `podman inspect` for one container: an array of one object.
[[nodiscard]] Result<EngineState> ParsePodmanInspect(std::string_view text, std::string_view where);

/// A row of `podman ps --all --format json`.
struct ListedContainer {
  std::string id;
  std::string name;                  ///< the first of its names; empty: it has none
  std::vector<std::string> aliases;  ///< by its labels, see container/engine/aliases.h
};
/// At most 10000 of them.
[[nodiscard]] Result<std::vector<ListedContainer>> ParsePodmanList(std::string_view text,
                                                                   std::string_view where);

/// A row of containers.json, the list of containers/storage that Podman and CRI-O keep.
struct StoredContainer {
  std::string id;
  std::vector<std::string> names;
  bool is_cri_o = false;  ///< it is in a Pod of CRI-O's, as its metadata says
};
/// At most 10000 of them.
[[nodiscard]] Result<std::vector<StoredContainer>> ParseStoredContainers(std::string_view text,
                                                                         std::string_view where);

}  // namespace headroom
