#include "evidence/redaction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

namespace headroom {
namespace {

struct Case {
  std::string_view line;
  std::string_view secret;
};

constexpr std::string_view kJwt =
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN";

const std::vector<Case> kSecrets = {
    {"password=hunter2", "hunter2"},
    {"db.password = hunter2, retries=3", "hunter2"},
    {"DB_PASSWORD: \"correct horse battery\"", "correct horse battery"},
    {R"({"user":"joe","password":"p\"q r","x":1})", R"(p\"q r)"},
    {"passwd:hunter2;", "hunter2"},
    {"api_key=abcdef123", "abcdef123"},
    {"x-api-key: abcdef123", "abcdef123"},
    {"APIKEY=>abcdef123", "abcdef123"},
    {"client_secret='s3 cr3t'", "s3 cr3t"},
    {"GET /?access_token=abc.def&page=2", "abc.def"},
    {"AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI"},
    {"key AKIAIOSFODNN7EXAMPLE used", "AKIAIOSFODNN7EXAMPLE"},
    {"Authorization: Bearer abcdef.ghijkl-12", "abcdef.ghijkl-12"},
    {"authorization: Digest username=\"joe\"", "Digest username="},
    {"Cookie: sid=abc; theme=dark", "sid=abc; theme=dark"},
    {"sent Bearer abcdefgh1234 upstream", "abcdefgh1234"},
    {"auth Basic am9lOmh1bnRlcjI= ok", "am9lOmh1bnRlcjI="},
    {"postgres://joe:hunter2@db:5432/shop", "hunter2"},
    {"https://oauth2:to@ken@git.example/x", "to@ken"},
    {"run --password hunter2 --verbose", "hunter2"},
    {"run --db-password=hunter2", "hunter2"},
    {"ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abc"},
    {"slack xoxb-1234567890-abc", "xoxb-1234567890-abc"},
};

TEST(Redacted, TakesSecretsOutAndSaysSo) {
  for (const Case& each : kSecrets) {
    const std::string redacted = Redacted(each.line);
    EXPECT_EQ(redacted.find(each.secret), std::string::npos) << each.line << " -> " << redacted;
    EXPECT_NE(redacted.find(kRedacted), std::string::npos) << each.line;
  }
  const std::string web = "session " + std::string(kJwt) + " begins";
  EXPECT_EQ(Redacted(web), "session [redacted] begins");
}

TEST(Redacted, LeavesWhatStandsBesideASecret) {
  EXPECT_EQ(Redacted("db.password = hunter2, retries=3"), "db.password = [redacted], retries=3");
  EXPECT_EQ(Redacted("GET /?access_token=abc&page=2"), "GET /?access_token=[redacted]&page=2");
  EXPECT_EQ(Redacted("postgres://joe:hunter2@db/shop"), "postgres://[redacted]@db/shop");
  EXPECT_EQ(Redacted(R"({"password":"x","y":1})"), R"({"password":"[redacted]","y":1})");
}

TEST(Redacted, LeavesLookAlikesAlone) {
  for (const std::string_view line :
       {"java.lang.OutOfMemoryError: Java heap space",
        "max_tokens=512",
        "tokens: 4096",
        "password_policy=strict",
        "passwordless: yes",
        "the token bucket: full",
        "password required",
        "no password was given",
        "secretary: Ann",
        "http://db:5432/shop",
        "see https://example.org/a@b",
        "mail joe@example.org",
        "keyboard=us",
        "monkey: 3",
        "basic",
        "bearer of news",
        "eyJ.short.x",
        "sk-learn",
        "AKIA",
        "2026-11-21T03:12:44Z stdout",
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "a=b",
        "--verbose yes",
        "password=",
        "password: ",
        "-----BEGIN CERTIFICATE-----"}) {
    EXPECT_EQ(Redacted(line), line);
  }
}

TEST(Redacted, APrivateKeyIsTakenOutWhole) {
  EXPECT_EQ(Redacted("a\n-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nxyz\n-----END RSA PRIVATE "
                     "KEY-----\nb\n"),
            "a\n[redacted]\n[redacted]\n[redacted]\n[redacted]\nb\n");
  EXPECT_EQ(Redacted("-----BEGIN PRIVATE KEY-----\nMIIEow"), "[redacted]\n[redacted]")
      << "the end was not written yet";
  EXPECT_EQ(Redacted("MIIEowIBAAKCAQEA0123\nhello there\n-----END PRIVATE KEY-----\nb"),
            "[redacted]\nhello there\n[redacted]\nb")
      << "the text begins inside";
}

TEST(Redacted, KeepsLinesAsLines) {
  for (const std::string_view text : {"", "\n", "\n\n", "a", "a\n", "a\n\nb", "password=x\n"}) {
    const std::string redacted = Redacted(text);
    EXPECT_EQ(std::ranges::count(redacted, '\n'), std::ranges::count(text, '\n')) << text;
  }
}

/// Texts put together from the pieces that patterns are made of.
std::string RandomText(std::mt19937& random) {
  constexpr std::array<std::string_view, 28> kPieces = {"password",
                                                        "token",
                                                        "=",
                                                        ":",
                                                        " ",
                                                        "\"",
                                                        "'",
                                                        "--",
                                                        "-",
                                                        "eyJabcdefghij",
                                                        ".",
                                                        "://",
                                                        "@",
                                                        "a",
                                                        "Bearer ",
                                                        "AKIA",
                                                        "0123456789ABCDEF",
                                                        "\n",
                                                        "\\",
                                                        "[redacted]",
                                                        "Cookie",
                                                        ",",
                                                        "&",
                                                        "-----BEGIN PRIVATE KEY-----",
                                                        "-----END PRIVATE KEY-----",
                                                        "\t",
                                                        ">",
                                                        "http"};
  std::string text;
  const std::size_t count = random() % 24;
  for (std::size_t i = 0; i < count; ++i) text += kPieces[random() % kPieces.size()];
  return text;
}

TEST(Redacted, DoingItTwiceChangesNothingMoreAndItStaysBounded) {
  std::mt19937 random(7);  // NOLINT: the same texts every time
  for (int i = 0; i < 200000; ++i) {
    const std::string text = RandomText(random);
    const std::string once = Redacted(text);
    ASSERT_EQ(Redacted(once), once) << text;
    ASSERT_LE(once.size(), 11 * text.size() + 11) << text;
  }
}

TEST(Redacted, TakesItsTimeInProportion) {
  for (const std::string_view piece :
       {"eyJ-", "a-", "a.b", "password", "--", "\"", "://", "http:"}) {
    std::string text;
    while (text.size() < 65536) text += piece;
    EXPECT_LE(Redacted(text).size(), 11 * text.size() + 11);
  }
}

}  // namespace
}  // namespace headroom
