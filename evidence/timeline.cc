#include "evidence/timeline.h"

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "container/field_reader.h"
#include "evidence/json_fields.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxSamples = 65536;

json SampleToJson(const Sample& sample) {
  json object = json::object();
  object["boot_ns"] = sample.at.count();
  object["wall"] = ToIso8601(sample.wall);
  PutIfKnown(object, "current", sample.current);
  PutIfKnown(object, "swap", sample.swap);
  PutIfKnown(object, "anon", sample.anon);
  PutIfKnown(object, "file", sample.file);
  PutIfKnown(object, "shmem", sample.shmem);
  PutIfKnown(object, "kernel", sample.kernel);
  PutIfKnown(object, "oom_kill", sample.oom_kill);
  PutIfKnown(object, "high", sample.high);
  PutIfKnown(object, "max", sample.max);
  PutIfKnown(object, "some_us", sample.some_us);
  PutIfKnown(object, "full_us", sample.full_us);
  PutIfKnown(object, "refaults", sample.refaults);
  object["armed"] = sample.armed;
  return object;
}

Sample SampleFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  Sample sample;
  sample.at = TimeOf(reader, "boot_ns").value_or(BootTime(0));
  sample.wall = WallOf(reader, "wall").value_or(WallTime(0));
  sample.current = AmountOf(reader, "current");
  sample.swap = AmountOf(reader, "swap");
  sample.anon = AmountOf(reader, "anon");
  sample.file = AmountOf(reader, "file");
  sample.shmem = AmountOf(reader, "shmem");
  sample.kernel = AmountOf(reader, "kernel");
  sample.oom_kill = reader.MaybeUint64("oom_kill");
  sample.high = reader.MaybeUint64("high");
  sample.max = reader.MaybeUint64("max");
  sample.some_us = reader.MaybeUint64("some_us");
  sample.full_us = reader.MaybeUint64("full_us");
  sample.refaults = reader.MaybeUint64("refaults");
  sample.armed = reader.MaybeBool("armed").value_or(false);
  return sample;
}

Recording RecordingFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  Recording recording;
  recording.skipped = reader.MaybeUint64("skipped").value_or(0);
  recording.samples = RowsOf<Sample>(reader, "samples", kMaxSamples, status, SampleFromJson);
  return recording;
}

}  // namespace

std::string SerializeTimeline(const Recording& recording) {
  json samples = json::array();
  for (const Sample& sample : recording.samples) samples.push_back(SampleToJson(sample));
  return DumpJson({{"samples", std::move(samples)}, {"skipped", recording.skipped}});
}

Result<Recording> ParseTimeline(std::string_view text, std::string_view where) {
  return ParseRecord<Recording>(text, where, RecordingFromJson);
}

}  // namespace headroom
