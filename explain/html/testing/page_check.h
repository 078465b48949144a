#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// Reads a page as a browser would and says what it may not have; empty: it is as promised. For
/// tests and fuzzers, so that "escaped" is not believed but seen: every tag and attribute is one of
/// ours, tags are closed in order, every link leads to a place of the page, and there is no address
/// and no character that deceives.
class PageCheck {
 public:
  explicit PageCheck(std::string_view page) : page_(page), rest_(page) {}

  [[nodiscard]] std::string Fault() {
    CheckText();
    while (fault_.empty() && !rest_.empty()) Step();
    if (fault_.empty() && !open_.empty()) fault_ = "unclosed <" + open_.back() + ">";
    for (const std::string& link : links_) {
      if (fault_.empty() && !ids_.contains(link)) fault_ = "a link to nowhere: " + link;
    }
    return fault_;
  }
  [[nodiscard]] const std::set<std::string>& ids() const { return ids_; }
  [[nodiscard]] const std::map<std::string, int>& tags() const { return tags_; }

 private:
  static bool IsKnownTag(std::string_view name) {
    static const std::set<std::string_view> tags = {
        "html",    "head",   "meta",       "title",   "style",   "body", "main", "header",
        "section", "footer", "h1",         "h2",      "h3",      "p",    "a",    "b",
        "i",       "span",   "code",       "pre",     "dl",      "dt",   "dd",   "ol",
        "ul",      "li",     "table",      "thead",   "tbody",   "tr",   "th",   "td",
        "div",     "figure", "figcaption", "details", "summary", "svg",  "desc", "defs",
        "pattern", "path",   "circle",     "rect",    "line",    "text"};
    return tags.contains(name);
  }
  static bool IsKnownAttribute(std::string_view name) {
    static const std::set<std::string_view> names = {
        "id",          "class",   "href",        "lang",        "charset",
        "name",        "content", "http-equiv",  "role",        "aria-labelledby",
        "aria-hidden", "data-is", "viewBox",     "width",       "height",
        "x",           "y",       "x1",          "y1",          "x2",
        "y2",          "cx",      "cy",          "r",           "rx",
        "d",           "fill",    "text-anchor", "patternUnits"};
    return names.contains(name);
  }
  static bool StandsAlone(std::string_view name) { return name == "meta"; }

  void CheckText() {
    constexpr std::array<std::string_view, 9> kNever = {"//",     "javascript:", "<script",
                                                        "\u202e", "\u202d",      "\u2066",
                                                        "\u200b", "\ufeff",      "@import"};
    for (const std::string_view never : kNever) {
      if (page_.find(never) != std::string_view::npos) fault_ = "holds " + std::string(never);
    }
    for (std::size_t at = 0; (at = page_.find("http", at)) != std::string_view::npos; ++at) {
      if (!page_.substr(at).starts_with("http-equiv=")) fault_ = "holds http";
    }
    for (std::size_t at = 0; (at = page_.find("url(", at)) != std::string_view::npos; ++at) {
      if (!page_.substr(at).starts_with("url(#texture-")) fault_ = "holds url(";
    }
    if (std::ranges::any_of(page_, [](char c) {
          const auto byte = static_cast<unsigned char>(c);
          return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
        })) {
      fault_ = "holds a control character";
    }
  }

  void Step() {
    const std::size_t tag = rest_.find('<');
    if (rest_.substr(0, tag).find('>') != std::string_view::npos) return Fail("a lone >");
    if (tag == std::string_view::npos) return (void)(rest_ = {});
    rest_.remove_prefix(tag + 1);
    const std::size_t end = EndOfTag();
    if (end == std::string_view::npos) return Fail("a tag that does not end");
    const std::string_view inner = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    TakeTag(inner);
  }

  /// The '>' that no quotes are around.
  [[nodiscard]] std::size_t EndOfTag() const {
    bool quoted = false;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      if (rest_[i] == '"') quoted = !quoted;
      if (rest_[i] == '>' && !quoted) return i;
      if (rest_[i] == '<') return std::string_view::npos;
    }
    return std::string_view::npos;
  }

  void TakeTag(std::string_view inner) {
    if (inner == "!DOCTYPE html") return;
    if (inner.starts_with('/')) return Close(inner.substr(1));
    const bool closed = inner.ends_with('/');
    if (closed) inner.remove_suffix(1);
    const std::size_t blank = inner.find(' ');
    const std::string name(inner.substr(0, blank));
    if (!IsKnownTag(name)) return Fail("the tag <" + name + ">");
    ++tags_[name];
    if (blank != std::string_view::npos) TakeAttributes(inner.substr(blank));
    if (!closed && !StandsAlone(name)) open_.push_back(name);
    if (name == "style") SkipStyle();
  }

  void Close(std::string_view name) {
    if (open_.empty() || open_.back() != name) return Fail("</" + std::string(name) + "> unopened");
    open_.pop_back();
  }

  void SkipStyle() {
    const std::size_t end = rest_.find("</style>");
    if (end == std::string_view::npos) return Fail("a style without end");
    rest_.remove_prefix(end);
  }

  void TakeAttributes(std::string_view text) {
    while (fault_.empty() && !text.empty()) {
      const std::size_t equals = text.find("=\"");
      if (!text.starts_with(' ') || equals == std::string_view::npos) return Fail("no attribute");
      const std::string_view name = text.substr(1, equals - 1);
      text.remove_prefix(equals + 2);
      const std::size_t quote = text.find('"');
      TakeAttribute(name, text.substr(0, quote));
      text.remove_prefix(quote + 1);
    }
  }

  void TakeAttribute(std::string_view name, std::string_view value) {
    if (!IsKnownAttribute(name)) return Fail("the attribute " + std::string(name));
    if (name == "id" && !ids_.emplace(value).second)
      return Fail("twice the id " + std::string(value));
    if (name != "href") return;
    if (!value.starts_with('#')) return Fail("a link out of the page");
    links_.emplace(value.substr(1));
  }

  void Fail(std::string what) { fault_ = std::move(what); }

  std::string_view page_;
  std::string_view rest_;
  std::string fault_;
  std::vector<std::string> open_;
  std::set<std::string> ids_;
  std::set<std::string> links_;
  std::map<std::string, int> tags_;
};

}  // namespace headroom
