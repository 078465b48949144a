#include "evidence/init_exit.h"

#include <nlohmann/json.hpp>

#include "container/field_reader.h"

namespace headroom {

using nlohmann::json;

json InitExitToJson(const InitExit& exit) {
  json object = {{"source", exit.source}};
  if (exit.status.signal) object["signal"] = *exit.status.signal;
  if (exit.status.code) object["code"] = *exit.status.code;
  return object;
}

std::optional<InitExit> InitExitFromJson(const json& object, const std::string& where,
                                         Status& status) {
  constexpr std::uint64_t kMostSignal = 127;
  constexpr std::uint64_t kMostCode = 255;
  FieldReader reader(object, where, status);
  InitExit exit{.status = {}, .source = reader.MaybeString("source").value_or("")};
  const auto signal = reader.MaybeUint64("signal");
  const auto code = reader.MaybeUint64("code");
  if (signal && (*signal == 0 || *signal > kMostSignal)) reader.Refuse("signal", "is no signal");
  if (code && *code > kMostCode) reader.Refuse("code", "is no exit code, 0 to 255");
  if (signal.has_value() == code.has_value()) {
    reader.Refuse("signal", "and \"code\": expected one of the two");
  }
  if (!reader.ok()) return std::nullopt;
  if (signal) exit.status.signal = static_cast<int>(*signal);
  if (code) exit.status.code = static_cast<int>(*code);
  return exit;
}

}  // namespace headroom
