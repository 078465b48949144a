#pragma once

#include <string>
#include <string_view>

#include "evidence/redact/pseudonyms.h"
#include "evidence/redact/redact.h"

namespace headroom {

/// What the things of a bundle are called in one copy of it, at its level. Files have other names
/// at every level, the rest only at kNames. One thread.
class CopyNames {
 public:
  explicit CopyNames(RedactionLevel level) : hides_(level == RedactionLevel::kNames) {}

  /// Whether processes, cgroups and containers have other names.
  [[nodiscard]] bool HidesNames() const { return hides_; }
  [[nodiscard]] Pseudonyms& all() { return names_; }
  /// nullptr where names stay.
  [[nodiscard]] Pseudonyms* hidden() { return hides_ ? &names_ : nullptr; }

  [[nodiscard]] std::string Process(const std::string& comm) {
    return hides_ ? names_.Process(comm) : comm;
  }
  [[nodiscard]] std::string Program(const std::string& exe) {
    return hides_ ? names_.Program(exe) : names_.ProgramFile(exe);
  }
  [[nodiscard]] std::string Cgroup(const std::string& path) {
    return hides_ ? names_.Cgroup(path) : path;
  }
  [[nodiscard]] std::string Unit(const std::string& name) {
    return hides_ ? names_.Unit(name) : name;
  }
  [[nodiscard]] std::string Container(const std::string& key) {
    return hides_ ? names_.Container(key) : key;
  }
  [[nodiscard]] std::string File(std::string_view name) { return names_.File(name); }

 private:
  bool hides_;
  Pseudonyms names_;
};

}  // namespace headroom
