#include "base/result.h"

#include <fmt/format.h>

#include <system_error>

namespace headroom {
namespace {

ErrorCode CodeOfErrno(int errno_value) {
  switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::kNotFound;
    case ENODEV:
    case ESRCH:
      return ErrorCode::kGone;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::kDenied;
    case EEXIST:
    case ENOTEMPTY:
      return ErrorCode::kExists;
    case ETIMEDOUT:
      return ErrorCode::kTimedOut;
    default:
      return ErrorCode::kSystem;
  }
}

}  // namespace

std::string Error::Message() const {
  std::string text = where.empty() ? what : fmt::format("{}: {}", where, what);
  if (errno_value != 0) {
    text += fmt::format(" ({})", std::generic_category().message(errno_value));
  }
  return text;
}

std::unexpected<Error> SystemError(std::string_view where, std::string_view what, int errno_value) {
  return std::unexpected(Error{.code = CodeOfErrno(errno_value),
                               .errno_value = errno_value,
                               .where = std::string(where),
                               .what = std::string(what)});
}

std::unexpected<Error> Malformed(std::string_view where, std::string_view what) {
  return MakeError(ErrorCode::kMalformed, where, what);
}

std::unexpected<Error> MakeError(ErrorCode code, std::string_view where, std::string_view what) {
  return std::unexpected(Error{
      .code = code, .errno_value = 0, .where = std::string(where), .what = std::string(what)});
}

std::string_view ErrorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNotFound:
      return "not-found";
    case ErrorCode::kGone:
      return "gone";
    case ErrorCode::kDenied:
      return "denied";
    case ErrorCode::kMalformed:
      return "malformed";
    case ErrorCode::kTooLarge:
      return "too-large";
    case ErrorCode::kTimedOut:
      return "timed-out";
    case ErrorCode::kExists:
      return "exists";
    case ErrorCode::kSystem:
      return "system";
  }
  return "system";
}

}  // namespace headroom
