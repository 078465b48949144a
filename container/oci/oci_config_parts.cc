#include "container/oci/oci_config_parts.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace headroom {
namespace {

using nlohmann::json;

std::optional<Limit> ReadLimit(FieldReader& reader, std::string_view key) {
  const auto value = reader.MaybeInt64(key);
  if (!value) return std::nullopt;
  if (*value < 0) return Limit::Unlimited();
  // 0 is what engines write for "not asked for"; no container runs in 0 bytes.
  if (*value == 0) return std::nullopt;
  return Limit(Bytes{static_cast<std::uint64_t>(*value)});
}

bool ConcernsMemory(std::string_view key) {
  return key.starts_with("memory.") || key.starts_with("pids.") || key.starts_with("hugetlb.");
}

void ReadUnified(FieldReader& resources, OciConfig& config, Status& status) {
  const json* unified = resources.MaybeObject("unified");
  if (unified == nullptr) return;
  FieldReader values(*unified, resources.where() + ": unified", status);
  for (const auto& [key, value] : unified->items()) {
    if (!ConcernsMemory(key)) continue;
    if (auto text = values.MaybeString(key)) config.unified.emplace(key, std::move(*text));
  }
}

void ReadMemory(FieldReader& resources, OciConfig& config, Status& status) {
  const json* memory = resources.MaybeObject("memory");
  if (memory == nullptr) return;
  FieldReader values(*memory, resources.where() + ": memory", status);
  config.memory_limit = ReadLimit(values, "limit");
  config.memory_swap = ReadLimit(values, "swap");
  config.memory_reservation = ReadLimit(values, "reservation");
  config.kmem_limit = ReadLimit(values, "kernel");
  config.disable_oom_killer = values.MaybeBool("disableOOMKiller");
}

void ReadHugepageLimits(FieldReader& resources, OciConfig& config, Status& status) {
  const json* rows = resources.MaybeArray("hugepageLimits");
  if (rows == nullptr) return;
  for (const json& row : *rows) {
    if (!row.is_object()) {
      return resources.Refuse("hugepageLimits", "has a row that is not an object");
    }
    FieldReader values(row, resources.where() + ": hugepageLimits", status);
    config.hugepage_limits.push_back(
        {.page_size = values.String("pageSize"), .limit = Bytes{values.Uint64("limit")}});
  }
}

/// The soft limit of locked memory among "rlimits"; the largest number stands for no limit.
std::optional<Limit> ReadMemlock(FieldReader& process, Status& status) {
  const json* rows = process.MaybeArray("rlimits");
  std::optional<Limit> memlock;
  if (rows == nullptr) return memlock;
  for (const json& row : *rows) {
    if (!row.is_object()) {
      process.Refuse("rlimits", "has a row that is not an object");
      return memlock;
    }
    FieldReader values(row, process.where() + ": rlimits", status);
    if (values.MaybeString("type") != "RLIMIT_MEMLOCK") continue;
    const std::uint64_t soft = values.Uint64("soft");
    const bool unlimited = soft == std::numeric_limits<std::uint64_t>::max();
    memlock = unlimited ? Limit::Unlimited() : Limit(Bytes{soft});
  }
  return memlock;
}

std::optional<int> ReadOomScoreAdj(FieldReader& process) {
  const auto value = process.MaybeInt64("oomScoreAdj");
  if (!value) return std::nullopt;
  if (*value < -1000 || *value > 1000) {
    process.Refuse("oomScoreAdj", "is not within -1000 and 1000");
    return std::nullopt;
  }
  return static_cast<int>(*value);
}

}  // namespace

std::vector<std::string> ReadStrings(FieldReader& reader, std::string_view key) {
  std::vector<std::string> strings;
  const json* array = reader.MaybeArray(key);
  if (array == nullptr) return strings;
  strings.reserve(array->size());
  for (const json& entry : *array) {
    if (!entry.is_string()) {
      reader.Refuse(key, "has an entry that is not a string");
      return strings;
    }
    strings.push_back(entry.get<std::string>());
  }
  return strings;
}

Annotations ReadAnnotations(FieldReader& document, Status& status) {
  Annotations annotations;
  const json* object = document.MaybeObject("annotations");
  if (object == nullptr) return annotations;
  FieldReader values(*object, document.where() + ": annotations", status);
  for (const auto& [key, value] : object->items()) {
    if (auto text = values.MaybeString(key)) annotations.emplace(key, std::move(*text));
  }
  return annotations;
}

void ReadResources(FieldReader& linux_part, OciConfig& config, Status& status) {
  const json* object = linux_part.MaybeObject("resources");
  if (object == nullptr) return;
  FieldReader resources(*object, linux_part.where() + ": resources", status);
  ReadMemory(resources, config, status);
  if (const json* pids = resources.MaybeObject("pids")) {
    FieldReader values(*pids, resources.where() + ": pids", status);
    config.pids_limit = values.MaybeInt64("limit");
  }
  ReadHugepageLimits(resources, config, status);
  ReadUnified(resources, config, status);
}

void ReadProcess(FieldReader& document, OciProcess& process, Status& status) {
  const json* object = document.MaybeObject("process");
  if (object == nullptr) return;
  FieldReader reader(*object, document.where() + ": process", status);
  process.args = ReadStrings(reader, "args");
  process.env = ReadStrings(reader, "env");
  process.memlock = ReadMemlock(reader, status);
  process.oom_score_adj = ReadOomScoreAdj(reader);
}

}  // namespace headroom
