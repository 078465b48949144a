#include "explain/html/markup.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

std::string Shown(std::string_view words) { return Text(words).text; }

TEST(Text, PlainWordsStayAsTheyAre) {
  EXPECT_EQ(Shown("pid 12 sh, 64 MiB; a/b: 90 %\tx"), "pid 12 sh, 64 MiB; a/b: 90 %\tx");
  EXPECT_EQ(Shown("gr\u00fc\u00df \u65e5\u672c \U0001F4A5"),
            "gr\u00fc\u00df \u65e5\u672c \U0001F4A5");
  EXPECT_EQ(Shown(""), "");
}

TEST(Text, MarkupIsNoMarkup) {
  EXPECT_EQ(Shown("<script>alert('x')&\"</script>"),
            "&lt;script&gt;alert(&#39;x&#39;)&amp;&quot;&lt;/script&gt;");
}

TEST(Text, WhatCannotBeSeenIsShown) {
  EXPECT_EQ(Shown(std::string_view("\x1b[2J\0\n\r\x7f", 8)), "\\x1b[2J\\x00\\x0a\\x0d\\x7f");
  EXPECT_EQ(Shown("a\u202eb\u2066\u200b\ufeff\u00ad\u0085\U000E0041"),
            "a\\u{202e}b\\u{2066}\\u{200b}\\u{feff}\\u{ad}\\u{85}\\u{e0041}");
}

TEST(Text, WhatIsNoUtf8IsShownByteByByte) {
  EXPECT_EQ(Shown("\xff\xfe"), "\\xff\\xfe");
  EXPECT_EQ(Shown("\xc0\xaf"), "\\xc0\\xaf") << "a longer form than needed";
  EXPECT_EQ(Shown("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "half of a surrogate pair";
  EXPECT_EQ(Shown("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond Unicode";
  EXPECT_EQ(Shown("\xe2\x82"), "\\xe2\\x82") << "cut at the end";
  EXPECT_EQ(Shown("\xe2<x>"), "\\xe2&lt;x&gt;") << "what follows is not taken along";
}

TEST(Text, HoldsNoAddress) {
  EXPECT_EQ(Shown("http://x"), "htt&#112;:/&#47;x");
  EXPECT_EQ(Shown("HTTPS"), "HTT&#80;S");
  EXPECT_EQ(Shown("JavaScript:x"), "JavaScript&#58;x");
  EXPECT_EQ(Shown("a///b"), "a/&#47;/b") << "what stands there reads ///";
}

TEST(TextOfBytes, KeepsAnEscapeOfTheContainerApartFromOurs) {
  EXPECT_EQ(TextOfBytes("\x1b\\x1b").text, "\\x1b\\x5cx1b");
}

TEST(Markup, PutsLiteralsAsTheyAreAndTextAsText) {
  Markup page;
  page.Put({"<p id=\"", Number(7), "\">", Text("a<b"), Coordinate(1.25), "</p>"});
  EXPECT_EQ(page.Take(), "<p id=\"7\">a&lt;b1.2</p>");
  EXPECT_TRUE(page.empty());
}

}  // namespace
}  // namespace headroom
