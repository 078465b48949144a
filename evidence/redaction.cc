#include "evidence/redaction.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/text.h"

namespace headroom {
namespace {

/// Longer names are no names; a bound keeps the time linear.
constexpr std::size_t kLongestName = 128;
constexpr std::size_t kLongestToken = 4096;

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool IsTokenByte(char c) { return IsWordByte(c) || c == '-'; }
bool IsNameByte(char c) { return IsWordByte(c) || c == '-' || c == '.'; }
bool IsBase64Byte(char c) { return IsWordByte(c) || c == '+' || c == '/' || c == '=' || c == '-'; }
bool IsBlank(char c) { return c == ' ' || c == '\t'; }

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool EqualsAnyCase(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, {}, Lower);
}
bool StartsAnyCase(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && EqualsAnyCase(text.substr(0, lower.size()), lower);
}
bool EndsAnyCase(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         EqualsAnyCase(text.substr(text.size() - lower.size()), lower);
}

template <typename Is>
std::size_t Run(std::string_view text, Is is, std::size_t most = kLongestToken) {
  std::size_t length = 0;
  while (length < std::min(text.size(), most) && is(text[length])) ++length;
  return length;
}

/// Of the text at hand: so much stays, so much behind it is a secret.
struct Secret {
  std::size_t keep = 0;
  std::size_t drop = 0;
};

/// "api_key", "api-key" and "apikey" are one: only the end of a name counts, so that "max_tokens"
/// and "password_policy" are none.
bool NamesASecret(std::string_view name) {
  constexpr std::array<std::string_view, 20> kEnds = {
      "password",   "passwd",      "passphrase",  "secret",        "token",
      "api_key",    "api-key",     "apikey",      "access_key",    "access-key",
      "accesskey",  "private_key", "private-key", "secret_key",    "secretkey",
      "credential", "credentials", "auth_key",    "session_token", "pwd"};
  return std::ranges::any_of(kEnds, [&](std::string_view end) { return EndsAnyCase(name, end); });
}

bool NamesAHeader(std::string_view name) {
  return EndsAnyCase(name, "authorization") || EndsAnyCase(name, "cookie");
}

/// Up to the quote that closes it, or to the end of the line.
std::size_t QuotedLength(std::string_view text, char quote) {
  std::size_t length = 0;
  while (length < text.size() && text[length] != quote) {
    length += text[length] == '\\' && length + 1 < text.size() ? 2U : 1U;
  }
  return std::min(length, text.size());
}

std::size_t ValueLength(std::string_view text, bool whole_line) {
  constexpr std::string_view kEnds = " \t,;&\"'`)}]<>";
  if (text.starts_with(kRedacted)) return kRedacted.size();
  const std::size_t end = text.find_first_of(whole_line ? "\"'" : kEnds);
  return std::min(end, text.size());
}

/// Behind the name: `"`, blanks, "=" or ":", blanks and what opens the value.
std::optional<Secret> ValueBehind(std::string_view text, std::size_t at, bool option, bool header) {
  const auto skip = [&](auto is) {
    while (at < text.size() && is(text[at])) ++at;
  };
  const bool blank_follows = at < text.size() && IsBlank(text[at]);
  if (at < text.size() && (text[at] == '"' || text[at] == '\'')) ++at;
  skip(IsBlank);
  const bool separated = at < text.size() && (text[at] == '=' || text[at] == ':');
  if (!separated && !(option && blank_follows)) return std::nullopt;
  if (separated) ++at;
  if (separated && at < text.size() && text[at] == '>') ++at;
  skip(IsBlank);
  if (at == text.size()) return std::nullopt;
  if (text[at] == '"' || text[at] == '\'') {
    const std::size_t length = QuotedLength(text.substr(at + 1), text[at]);
    return length == 0 ? std::nullopt : std::optional(Secret{at + 1, length});
  }
  const std::size_t length = ValueLength(text.substr(at), header);
  return length == 0 ? std::nullopt : std::optional(Secret{at, length});
}

std::optional<Secret> NamedValue(std::string_view text) {
  const std::size_t dashes = Run(text, [](char c) { return c == '-'; }, 2);
  const std::size_t length = Run(text, IsNameByte, kLongestName);
  const std::string_view name = text.substr(0, length);
  const bool header = NamesAHeader(name);
  if (!header && !NamesASecret(name)) return std::nullopt;
  return ValueBehind(text, length, dashes == 2, header);
}

std::optional<Secret> BearerToken(std::string_view text) {
  constexpr std::size_t kShortest = 8;
  for (const std::string_view scheme : {"bearer ", "basic "}) {
    if (!StartsAnyCase(text, scheme)) continue;
    const std::size_t length =
        Run(text.substr(scheme.size()), [](char c) { return IsBase64Byte(c) || c == '.'; });
    if (length >= kShortest) return Secret{scheme.size(), length};
  }
  return std::nullopt;
}

/// eyJ... is base64 of "{": three parts, of which the last may be empty.
std::optional<Secret> WebToken(std::string_view text) {
  constexpr std::size_t kShortestPart = 10;
  if (!text.starts_with("eyJ")) return std::nullopt;
  std::size_t at = Run(text, IsTokenByte);
  if (at < kShortestPart || at >= text.size() || text[at] != '.') return std::nullopt;
  const std::size_t payload = Run(text.substr(at + 1), IsTokenByte);
  if (payload < kShortestPart) return std::nullopt;
  at += 1 + payload;
  if (at < text.size() && text[at] == '.') at += 1 + Run(text.substr(at + 1), IsTokenByte);
  return Secret{0, at};
}

struct KnownKey {
  std::string_view begin;
  std::size_t rest;  ///< bytes behind it, at least
};

std::optional<Secret> ServiceKey(std::string_view text) {
  constexpr std::array<KnownKey, 15> kKeys = {{{"AKIA", 16},
                                               {"ASIA", 16},
                                               {"ghp_", 20},
                                               {"gho_", 20},
                                               {"ghs_", 20},
                                               {"ghu_", 20},
                                               {"github_pat_", 20},
                                               {"glpat-", 20},
                                               {"xoxb-", 10},
                                               {"xoxp-", 10},
                                               {"sk_live_", 16},
                                               {"sk-", 20},
                                               {"AIza", 30},
                                               {"npm_", 30},
                                               {"dckr_pat_", 16}}};
  for (const KnownKey& key : kKeys) {
    if (!text.starts_with(key.begin)) continue;
    const std::size_t rest = Run(text.substr(key.begin.size()), IsTokenByte);
    if (rest >= key.rest) return Secret{0, key.begin.size() + rest};
  }
  return std::nullopt;
}

/// "scheme://user:password@host": what stands before the "@".
std::optional<Secret> UrlCredentials(std::string_view text) {
  const std::size_t scheme = Run(text, [](char c) { return IsTokenByte(c) || c == '+'; }, 32);
  if (scheme == 0 || text.substr(scheme, 3) != "://") return std::nullopt;
  const std::size_t begin = scheme + 3;
  const std::size_t end = std::min(text.find_first_of(" \t/\"'<>?#", begin), text.size());
  const std::string_view authority = text.substr(begin, std::min(end - begin, kLongestToken));
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos || authority.find(':') >= at) return std::nullopt;
  return Secret{begin, at};
}

std::optional<Secret> SecretAt(std::string_view text) {
  for (const auto find : {NamedValue, UrlCredentials, WebToken, ServiceKey, BearerToken}) {
    if (const auto secret = find(text)) return secret;
  }
  return std::nullopt;
}

std::string RedactedLine(std::string_view line) {
  std::string out;
  while (!line.empty()) {
    const bool may_begin = IsWordByte(line[0]) || line.starts_with("--");
    if (const auto secret = may_begin ? SecretAt(line) : std::nullopt) {
      out += line.substr(0, secret->keep);
      out += kRedacted;
      line.remove_prefix(secret->keep + secret->drop);
      continue;
    }
    const std::size_t word = std::max<std::size_t>(
        1, Run(line, line.starts_with("--") ? [](char c) { return c == '-'; } : IsWordByte));
    out += line.substr(0, word);
    line.remove_prefix(word);
  }
  return out;
}

bool BeginsKey(std::string_view line) {
  return line.find("-----BEGIN ") != std::string_view::npos &&
         line.find("PRIVATE KEY") != std::string_view::npos;
}
bool EndsKey(std::string_view line) {
  return line.find("-----END ") != std::string_view::npos &&
         line.find("PRIVATE KEY") != std::string_view::npos;
}

/// Whether the text begins in the middle of a private key.
bool BeginsInside(std::string_view text) {
  while (const auto line = TakeLine(text)) {
    if (BeginsKey(*line)) return false;
    if (EndsKey(*line)) return true;
  }
  return false;
}

/// A line of a key's body, also behind what a logger puts before it.
bool LooksLikeKeyBody(std::string_view line) {
  constexpr std::size_t kShortest = 16;
  const std::string_view trimmed = Trimmed(line);
  return trimmed.size() >= kShortest && std::ranges::all_of(trimmed, IsBase64Byte);
}

std::string RedactedOnce(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const bool ends_line = text.ends_with('\n');
  bool inside = false;
  bool cut_off = BeginsInside(text);
  std::string_view rest = text;
  while (const auto line = TakeLine(rest)) {
    const bool begins = BeginsKey(*line);
    const bool ends = EndsKey(*line);
    const bool body = inside || begins || ends || (cut_off && LooksLikeKeyBody(*line));
    out += body ? std::string(kRedacted) : RedactedLine(*line);
    if (ends) cut_off = false;
    inside = (inside || begins) && !ends;
    if (!rest.empty() || ends_line) out += '\n';
  }
  return out;
}

}  // namespace

std::string Redacted(std::string_view text) {
  // What one pass takes out may uncover what the next one takes for a secret. Each byte goes once.
  constexpr int kMostPasses = 8;
  std::string redacted = RedactedOnce(text);
  for (int i = 1; i < kMostPasses; ++i) {
    std::string again = RedactedOnce(redacted);
    if (again == redacted) break;
    redacted = std::move(again);
  }
  return redacted;
}

}  // namespace headroom
