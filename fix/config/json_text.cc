#include "fix/config/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/json_cursor.h"
#include "base/json_position.h"
#include "base/text.h"

namespace headroom {
namespace {

bool SameButForCase(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&lower](char a, char b) { return lower(a) == lower(b); });
}

/// `value` inside the objects that the rest of the path names.
std::string Nested(const MemberPath& path, std::size_t from, std::string_view value) {
  std::string text(value);
  for (std::size_t i = path.size(); i > from; --i) {
    text = fmt::format("{{{}: {}}}", QuotedJson(path[i - 1]), text);
  }
  return text;
}

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Of a text that is JSON but for comments: where the first one begins.
std::size_t FirstComment(std::string_view text) {
  JsonCursor cursor(text, 0);
  std::size_t at = 0;
  while (at < text.size() && text[at] != '/') {
    if (text[at] != '"') {
      ++at;
      continue;
    }
    cursor = JsonCursor(text, at);
    if (!cursor.SkipString()) break;
    at = cursor.at();
  }
  return at;
}

}  // namespace

std::string PathText(const MemberPath& path) { return fmt::format("{}", fmt::join(path, ".")); }

std::optional<std::string> JsonString(std::string_view value) {
  if (!value.starts_with('"')) return std::nullopt;
  if (value.find('\\') == std::string_view::npos) {
    return std::string(value.substr(1, value.size() - 2));
  }
  const auto parsed = ParseJson(value, "string");
  if (!parsed || !parsed->is_string()) return std::nullopt;
  return parsed->get<std::string>();
}

std::string QuotedJson(std::string_view text) { return DumpJsonLine(nlohmann::json(text)); }

Result<JsonText> JsonText::Parse(std::string_view text, std::string_view where) {
  if (!nlohmann::json::accept(text)) {
    const auto document = ParseJsonObject(text, where);
    if (!document) return std::unexpected(document.error());
    return Malformed(where, fmt::format("has a comment at {}, which is not JSON",
                                        ToText(PositionAt(text, FirstComment(text)))));
  }
  if (text.starts_with(kByteOrderMark)) {
    return Malformed(where, "begins with a byte order mark at line 1, column 1, which is not JSON");
  }
  JsonText parsed{std::string(text), std::string(where)};
  if (const auto root = parsed.Root(); !root) return std::unexpected(root.error());
  return parsed;
}

std::string_view JsonText::Text(Span span) const {
  return std::string_view(text_).substr(span.begin, span.end - span.begin);
}

std::unexpected<Error> JsonText::Broken(const MemberPath& path, std::string_view what) const {
  return Malformed(where_, fmt::format("{} {}", EscapedForPeople(PathText(path)), what));
}

Result<JsonText::Span> JsonText::Root() const {
  JsonCursor cursor(text_, 0);
  cursor.SkipBlank();
  const std::size_t begin = cursor.at();
  if (cursor.Peek() != '{' || !cursor.SkipValue()) return Malformed(where_, "is no JSON object");
  return Span{begin, cursor.at()};
}

Result<std::vector<JsonText::Child>> JsonText::Children(Span value) const {
  std::vector<Child> children;
  JsonCursor cursor(text_, value.begin);
  const bool object = cursor.Eat('{');
  if (!object && !cursor.Eat('[')) return Malformed(where_, "has a plain value where more is");
  if (cursor.Eat(object ? '}' : ']')) return children;
  do {
    Child child;
    cursor.SkipBlank();
    child.key = {cursor.at(), cursor.at()};
    if (object) {
      if (!cursor.SkipString()) return Malformed(where_, "has a member without a name");
      child.key.end = cursor.at();
      if (!cursor.Eat(':')) return Malformed(where_, "has a member without a value");
      cursor.SkipBlank();
    }
    child.value.begin = cursor.at();
    if (!cursor.SkipValue()) return Malformed(where_, "has a value without an end");
    child.value.end = cursor.at();
    children.push_back(child);
  } while (cursor.Eat(','));
  return children;
}

/// Which child has that name. nullopt: there is none.
Result<std::optional<std::size_t>> JsonText::IndexOf(const std::vector<Child>& children,
                                                     Span parent, const std::string& name) const {
  if (text_[parent.begin] == '[') {
    const auto row = ParseUint64(name);
    if (!row || *row >= children.size()) return std::nullopt;
    return *row;
  }
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < children.size(); ++i) {
    const auto key = JsonString(Text(children[i].key));
    if (!key || !SameButForCase(*key, name)) continue;
    if (found || *key != name) {
      return Malformed(where_, fmt::format("has the key \"{}\" twice, or spelled in another case, "
                                           "at {}",
                                           EscapedForPeople(name),
                                           ToText(PositionAt(text_, children[i].key.begin))));
    }
    found = i;
  }
  return found;
}

Result<std::optional<JsonText::Span>> JsonText::Step(Span value, const std::string& name) const {
  const auto children = Children(value);
  if (!children) return std::unexpected(children.error());
  const auto index = IndexOf(*children, value, name);
  if (!index) return std::unexpected(index.error());
  if (!*index) return std::nullopt;
  return (*children)[**index].value;
}

Result<std::optional<std::string_view>> JsonText::Find(const MemberPath& path) const {
  auto here = Root();
  if (!here) return std::unexpected(here.error());
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (text_[here->begin] != '{' && text_[here->begin] != '[') {
      return Broken({path.begin(), path.begin() + static_cast<std::ptrdiff_t>(i)},
                    "is neither an object nor an array");
    }
    const auto next = Step(*here, path[i]);
    if (!next) return std::unexpected(next.error());
    if (!*next || Text(**next) == "null") return std::nullopt;
    here = **next;
  }
  return Text(*here);
}

Result<std::size_t> JsonText::Rows(const MemberPath& path) const {
  const auto value = Find(path);
  if (!value) return std::unexpected(value.error());
  if (!*value) return std::size_t{0};
  if (!(*value)->starts_with('[')) return Broken(path, "is no array");
  const auto begin = static_cast<std::size_t>((*value)->data() - text_.data());
  const auto children = Children({begin, begin + (*value)->size()});
  if (!children) return std::unexpected(children.error());
  return children->size();
}

void JsonText::Replace(Span span, std::string_view by) {
  text_.replace(span.begin, span.end - span.begin, by);
}

/// Behind the last child, set out as the children are.
Status JsonText::Insert(Span parent, std::string_view name, std::string_view value) {
  const auto children = Children(parent);
  if (!children) return std::unexpected(children.error());
  const bool object = text_[parent.begin] == '{';
  const std::string member =
      object ? fmt::format("{}: {}", QuotedJson(name), value) : std::string(value);
  if (children->empty()) {
    Replace({parent.begin + 1, parent.begin + 1}, member);
    return {};
  }
  const std::size_t first = children->front().key.begin;
  const std::string lead = text_.substr(parent.begin + 1, first - parent.begin - 1);
  const std::size_t end = children->back().value.end;
  Replace({end, end}, fmt::format(",{}{}", lead, member));
  return {};
}

Status JsonText::Set(const MemberPath& path, std::string_view value) {
  auto here = Root();
  if (!here) return std::unexpected(here.error());
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char open = text_[here->begin];
    if (Text(*here) == "null" && i > 0) {
      Replace(*here, Nested(path, i, value));
      return {};
    }
    if (open != '{' && open != '[') return Broken(path, "lies below a plain value");
    const auto next = Step(*here, path[i]);
    if (!next) return std::unexpected(next.error());
    if (!*next && open == '[') return Broken(path, "is a row that is not there");
    if (!*next) return Insert(*here, path[i], Nested(path, i + 1, value));
    here = **next;
  }
  Replace(*here, value);
  return {};
}

Status JsonText::Append(const MemberPath& path, std::string_view row) {
  const auto rows = Rows(path);
  if (!rows) return std::unexpected(rows.error());
  const auto value = Find(path);
  if (!value) return std::unexpected(value.error());
  if (!*value) return Set(path, fmt::format("[{}]", row));
  const auto begin = static_cast<std::size_t>((*value)->data() - text_.data());
  return Insert({begin, begin + (*value)->size()}, "", row);
}

Status JsonText::Remove(const MemberPath& path) {
  auto parent = Root();
  if (!parent) return std::unexpected(parent.error());
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char open = text_[parent->begin];
    if (open != '{' && open != '[') return {};
    const auto children = Children(*parent);
    if (!children) return std::unexpected(children.error());
    const auto index = IndexOf(*children, *parent, path[i]);
    if (!index) return std::unexpected(index.error());
    if (!*index) return {};
    const std::size_t at = **index;
    const Child& child = (*children)[at];
    if (i + 1 < path.size()) {
      *parent = child.value;
    } else if (at > 0) {
      Replace({(*children)[at - 1].value.end, child.value.end}, "");
    } else if (children->size() > 1) {
      Replace({child.key.begin, (*children)[1].key.begin}, "");
    } else {
      Replace({child.key.begin, child.value.end}, "");
    }
  }
  return {};
}

}  // namespace headroom
