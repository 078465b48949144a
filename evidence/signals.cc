#include "evidence/signals.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "container/field_reader.h"
#include "evidence/json_fields.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::string_view kSchema = "headroom.signals/1";
constexpr std::size_t kMaxSignals = 1024;
constexpr std::size_t kMaxParents = 64;
constexpr std::size_t kMaxMarks = 64;
constexpr std::array<std::string_view, 4> kResults = {"delivered", "ignored", "pending", "lost"};

void PutBytesIfKnown(json& object, std::string_view key, const std::string& bytes) {
  if (!bytes.empty()) PutBytes(object, key, bytes);
}

json ProcessToJson(const NamedProcess& process) {
  json object = {{"pid", process.pid}};
  PutBytesIfKnown(object, "comm", process.comm);
  PutBytesIfKnown(object, "exe", process.exe);
  return object;
}

json SenderToJson(const SignalSender& sender) {
  json object = ProcessToJson(sender.process);
  object["seen"] = sender.seen;
  PutBytesIfKnown(object, "cgroup", sender.cgroup);
  PutBytesIfKnown(object, "unit", sender.unit);
  PutIfKnown(object, "of_host", sender.of_host);
  json parents = json::array();
  for (const NamedProcess& parent : sender.parents) parents.push_back(ProcessToJson(parent));
  object["parents"] = std::move(parents);
  return object;
}

json SignalToJson(const SentSignal& signal) {
  json object = {{"at_boot_ns", signal.at.count()},
                 {"signal", signal.signal},
                 {"code", signal.code},
                 {"result", signal.result},
                 {"target", ProcessToJson({signal.target, signal.target_comm, ""})}};
  object["sender"] = signal.sender ? SenderToJson(*signal.sender) : json(nullptr);
  PutBytesIfKnown(object, "via", signal.via);
  if (signal.repeats > 0) object["repeats"] = signal.repeats;
  return object;
}

json MarkToJson(const OomdMark& mark) {
  json object = json::object();
  PutBytes(object, "cgroup", mark.cgroup);
  PutIfKnown(object, "kills", mark.kills);
  PutIfKnown(object, "ooms", mark.ooms);
  return object;
}

NamedProcess ProcessFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  NamedProcess process;
  process.pid = PidOf(reader, "pid");
  if (process.pid == 0) reader.Refuse("pid", "is missing");
  process.comm = reader.AnyBytes("comm");
  process.exe = reader.AnyBytes("exe");
  return process;
}

SignalSender SenderFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  SignalSender sender;
  sender.process = ProcessFromJson(object, where, status);
  sender.seen = reader.MaybeBool("seen").value_or(false);
  sender.cgroup = reader.AnyBytes("cgroup");
  sender.unit = reader.AnyBytes("unit");
  sender.of_host = reader.MaybeBool("of_host");
  sender.parents = RowsOf<NamedProcess>(reader, "parents", kMaxParents, status, ProcessFromJson);
  return sender;
}

int SmallNumber(FieldReader& reader, std::string_view key, std::int64_t least, std::int64_t most) {
  const auto value = reader.MaybeInt64(key);
  if (value && *value >= least && *value <= most) return static_cast<int>(*value);
  reader.Refuse(key, fmt::format("is missing or none of {} to {}", least, most));
  return 0;
}

SentSignal SignalFromJson(const json& object, const std::string& where, Status& status) {
  constexpr std::int64_t kMostSignal = 127;
  constexpr std::int64_t kMostCode = 1 << 24U;
  FieldReader reader(object, where, status);
  SentSignal signal;
  const auto at = TimeOf(reader, "at_boot_ns");
  if (!at) reader.Refuse("at_boot_ns", "is missing");
  signal.at = at.value_or(BootTime(0));
  signal.signal = SmallNumber(reader, "signal", 1, kMostSignal);
  signal.code = SmallNumber(reader, "code", -kMostCode, kMostCode);
  signal.result = reader.MaybeString("result").value_or("");
  if (std::ranges::find(kResults, signal.result) == kResults.end()) {
    reader.Refuse("result", "is none of delivered, ignored, pending, lost");
  }
  if (const json* target = reader.MaybeObject("target")) {
    const NamedProcess process = ProcessFromJson(*target, where + ": target", status);
    signal.target = process.pid;
    signal.target_comm = process.comm;
  } else {
    reader.Refuse("target", "is missing, expected an object");
  }
  if (const json* sender = reader.MaybeObject("sender")) {
    signal.sender = SenderFromJson(*sender, where + ": sender", status);
  }
  signal.via = reader.AnyBytes("via");
  signal.repeats = reader.MaybeUint64("repeats").value_or(0);
  return signal;
}

OomdMark MarkFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  return OomdMark{.cgroup = reader.AnyBytes("cgroup"),
                  .kills = reader.MaybeUint64("kills"),
                  .ooms = reader.MaybeUint64("ooms")};
}

void ReadVictims(SignalRecord& record, FieldReader& reader) {
  const json* victims = reader.MaybeArray("oom_victims");
  if (victims == nullptr) return;
  for (const json& victim : *victims) {
    if (!victim.is_number_integer() || victim < 1 || victim > (1 << 22U) ||
        record.oom_victims.size() >= kMaxSignals) {
      reader.Refuse("oom_victims", "is not a short list of processes");
      return;
    }
    record.oom_victims.push_back(victim.get<int>());
  }
}

SignalRecord RecordFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  reader.ExpectSchema(kSchema);
  SignalRecord record;
  record.signals = RowsOf<SentSignal>(reader, "signals", kMaxSignals, status, SignalFromJson);
  record.oomd = RowsOf<OomdMark>(reader, "oomd", kMaxMarks, status, MarkFromJson);
  ReadVictims(record, reader);
  record.dropped = reader.MaybeUint64("dropped").value_or(0);
  record.lost = reader.MaybeUint64("lost").value_or(0);
  return record;
}

}  // namespace

std::string SerializeSignals(const SignalRecord& record) {
  json signals = json::array();
  for (const SentSignal& signal : record.signals) signals.push_back(SignalToJson(signal));
  json marks = json::array();
  for (const OomdMark& mark : record.oomd) marks.push_back(MarkToJson(mark));
  return DumpJson({{"schema", kSchema},
                   {"signals", std::move(signals)},
                   {"oom_victims", record.oom_victims},
                   {"oomd", std::move(marks)},
                   {"dropped", record.dropped},
                   {"lost", record.lost}});
}

Result<SignalRecord> ParseSignals(std::string_view text, std::string_view where) {
  return ParseRecord<SignalRecord>(text, where, RecordFromJson);
}

}  // namespace headroom
