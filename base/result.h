#pragma once

#include <cerrno>
#include <expected>
#include <string>
#include <string_view>

namespace headroom {

/// What a caller may want to branch on. Anything else is kSystem.
enum class ErrorCode {
  kNotFound,   ///< the named thing does not exist, though the place it would be in does
  kGone,       ///< the cgroup or process it belonged to was removed while we looked
  kDenied,     ///< we lack the permission
  kMalformed,  ///< text from outside that is not what its format promises
  kTooLarge,   ///< more bytes than the caller was ready to take
  kTimedOut,   ///< a deadline of ours passed
  kExists,     ///< something of that name is already there
  kSystem,     ///< any other failure of the system; see errno_value
};

/// One failure, told so that a person can act on it.
///
/// Value type; no ownership, any thread.
struct Error {
  ErrorCode code = ErrorCode::kSystem;
  int errno_value = 0;  ///< 0 when no system call failed
  std::string where;    ///< the file, and the place in it where that is known
  std::string what;     ///< what was found, and what was expected instead

  /// "where: what (errno text)", one line, for a person.
  [[nodiscard]] std::string Message() const;
};

/// The one error channel: library code returns it, only programs print it.
template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

/// An error of a failed system call: the code is derived from `errno_value`.
/// ENOENT is kNotFound; ENODEV and ESRCH are kGone (a removed cgroup or an ended process).
[[nodiscard]] std::unexpected<Error> SystemError(std::string_view where, std::string_view what,
                                                 int errno_value = errno);

/// An error of text that does not keep its format.
[[nodiscard]] std::unexpected<Error> Malformed(std::string_view where, std::string_view what);

/// Any other error of our own making.
[[nodiscard]] std::unexpected<Error> MakeError(ErrorCode code, std::string_view where,
                                               std::string_view what);

/// The short name of a code as it is written to records: "not-found", "gone", ...
[[nodiscard]] std::string_view ErrorCodeName(ErrorCode code);

}  // namespace headroom
