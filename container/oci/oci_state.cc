#include "container/oci/oci_state.h"

#include <unistd.h>

#include <array>
#include <climits>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "container/field_reader.h"
#include "container/oci/oci_config_parts.h"

namespace headroom {
namespace {

using nlohmann::json;

std::optional<std::string> NonEmpty(std::optional<std::string> text) {
  return text && text->empty() ? std::nullopt : std::move(text);
}

std::optional<pid_t> ReadPid(FieldReader& reader) {
  const auto pid = reader.MaybeUint64("pid");
  if (!pid || *pid == 0) return std::nullopt;
  if (*pid > INT_MAX) reader.Refuse("pid", "is not the number of a process");
  return static_cast<pid_t>(*pid);
}

OciState ReadState(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  OciState state;
  state.id = reader.String("id");
  if (state.id.empty()) reader.Refuse("id", "is empty, expected the container's id");
  state.status = reader.MaybeString("status").value_or("");
  state.pid = ReadPid(reader);
  state.bundle = NonEmpty(reader.MaybeString("bundle"));
  state.root = NonEmpty(reader.MaybeString("root"));
  state.annotations = ReadAnnotations(reader, status);
  return state;
}

}  // namespace

void DrainState(int fd) {
  if (isatty(fd) != 0) return;
  std::array<char, 65536> scratch{};
  for (;;) {
    const ssize_t got = read(fd, scratch.data(), scratch.size());
    if (got == 0 || (got < 0 && errno != EINTR)) return;
  }
}

Result<OciState> ParseOciState(std::string_view text, std::string_view where) {
  return ParseRecord<OciState>(text, where, ReadState);
}

Result<OciState> ReadOciState(int fd, std::string_view where) {
  const auto text = ReadToEnd(fd, where, kMaxStateBytes);
  if (!text) {
    if (text.error().code == ErrorCode::kTooLarge) DrainState(fd);
    return std::unexpected(text.error());
  }
  return ParseOciState(*text, where);
}

}  // namespace headroom
