#pragma once

#include <string>
#include <string_view>

namespace headroom {

/// What stands for a secret.
inline constexpr std::string_view kRedacted = "[redacted]";

/// `text` without what looks like a secret: values of passwords, secrets, tokens and keys behind
/// "=", ":" or a long option, Authorization and Cookie headers, credentials in URLs, bearer tokens,
/// JSON web tokens, keys of AWS and of some well-known services, private keys in PEM. By pattern
/// alone: a secret that nothing marks stays, and so does the word "token" where no value follows.
///
/// Line by line but for private keys; lines stay lines. Redacting twice changes nothing more. At
/// most eleven times as long as before, and in linear time. Pure; takes any bytes.
[[nodiscard]] std::string Redacted(std::string_view text);

}  // namespace headroom
