#include "evidence/self_account.h"

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "container/field_reader.h"
#include "evidence/json_fields.h"

namespace headroom {
namespace {

using nlohmann::json;
using Microseconds = SelfAccount::Microseconds;

constexpr std::string_view kSchema = "headroom.self/1";

void PutTime(json& object, const char* key, const std::optional<Microseconds>& time) {
  if (time) object[key] = time->count();
}

std::optional<Microseconds> MicrosecondsOf(FieldReader& reader, std::string_view key) {
  constexpr std::uint64_t kLongest = 1ULL << 51U;  // 71 years
  const auto value = reader.MaybeUint64(key);
  if (!value) return std::nullopt;
  if (*value > kLongest) {
    reader.Refuse(key, "is no time in microseconds of this century");
    return std::nullopt;
  }
  return Microseconds(static_cast<std::int64_t>(*value));
}

SelfAccount AccountFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  reader.ExpectSchema(kSchema);
  SelfAccount account;
  account.held = MicrosecondsOf(reader, "held_us");
  account.photograph = MicrosecondsOf(reader, "photograph_us");
  account.detection = MicrosecondsOf(reader, "detection_us");
  account.assembled = MicrosecondsOf(reader, "assembled_us");
  account.samples = reader.MaybeUint64("samples");
  account.samples_skipped = reader.MaybeUint64("samples_skipped");
  account.longest_gap = MicrosecondsOf(reader, "longest_gap_us");
  account.rss = AmountOf(reader, "rss");
  account.pidfd_open = reader.MaybeBool("pidfd_open");
  return account;
}

}  // namespace

std::string SerializeSelfAccount(const SelfAccount& account) {
  json object = {{"schema", kSchema}, {"frozen", false}};
  PutTime(object, "held_us", account.held);
  PutTime(object, "photograph_us", account.photograph);
  PutTime(object, "detection_us", account.detection);
  PutTime(object, "assembled_us", account.assembled);
  PutIfKnown(object, "samples", account.samples);
  PutIfKnown(object, "samples_skipped", account.samples_skipped);
  PutTime(object, "longest_gap_us", account.longest_gap);
  PutIfKnown(object, "rss", account.rss);
  PutIfKnown(object, "pidfd_open", account.pidfd_open);
  return DumpJson(object);
}

Result<SelfAccount> ParseSelfAccount(std::string_view text, std::string_view where) {
  return ParseRecord<SelfAccount>(text, where, AccountFromJson);
}

}  // namespace headroom
