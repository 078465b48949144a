#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace headroom {

/// The way to a value: names of members, and numbers of rows (from 0) where an array is.
using MemberPath = std::vector<std::string>;
/// "linux.resources.memory.limit", for people.
[[nodiscard]] std::string PathText(const MemberPath& path);

/// A JSON document as text, in which single values are replaced or added and every other byte stays
/// as it is: order, unknown members, spelling of numbers, blanks. Value type.
///
/// Where the same member stands twice in an object on the way, or in another case too (Go's decoder
/// takes that for the same), nobody can say which one counts: that is an error. Errors about the
/// text have line and column.
class JsonText {
 public:
  /// kMalformed for anything but one JSON object (comments are not JSON to a runtime, nor is a byte
  /// order mark).
  [[nodiscard]] static Result<JsonText> Parse(std::string_view text, std::string_view where);

  [[nodiscard]] const std::string& text() const { return text_; }

  /// The text of a value. nullopt: it is not there, or null. kMalformed when something on the way
  /// is neither an object nor an array. Borrowed until the next change.
  [[nodiscard]] Result<std::optional<std::string_view>> Find(const MemberPath& path) const;

  /// How many rows an array has; 0 for one that is not there. kMalformed for no array.
  [[nodiscard]] Result<std::size_t> Rows(const MemberPath& path) const;

  /// Puts `value` (JSON) there: in the place of what is there, else as a new last member, with the
  /// objects above it where those are missing too. A row has to exist: see Append.
  [[nodiscard]] Status Set(const MemberPath& path, std::string_view value);

  /// Adds a last row; makes the array where there is none.
  [[nodiscard]] Status Append(const MemberPath& path, std::string_view row);

  /// Takes a member or a row out, with the comma that it needed: what Set and Append added is gone
  /// to the byte. Nothing changes where nothing is there; null counts as there.
  [[nodiscard]] Status Remove(const MemberPath& path);

 private:
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  struct Child {
    Span key;  ///< with its quotes; empty in an array
    Span value;
  };

  JsonText(std::string text, std::string where)
      : text_(std::move(text)), where_(std::move(where)) {}

  [[nodiscard]] std::string_view Text(Span span) const;
  [[nodiscard]] Result<Span> Root() const;
  [[nodiscard]] Result<std::vector<Child>> Children(Span value) const;
  [[nodiscard]] Result<std::optional<std::size_t>> IndexOf(const std::vector<Child>& children,
                                                           Span parent,
                                                           const std::string& name) const;
  [[nodiscard]] Result<std::optional<Span>> Step(Span value, const std::string& name) const;
  [[nodiscard]] std::unexpected<Error> Broken(const MemberPath& path, std::string_view what) const;
  [[nodiscard]] Status Insert(Span parent, std::string_view name, std::string_view value);
  void Replace(Span span, std::string_view by);

  std::string text_;
  std::string where_;
};

/// A string of a document, quotes and escapes undone; nullopt when it is no string.
[[nodiscard]] std::optional<std::string> JsonString(std::string_view value);
/// The inverse, for any UTF-8 text.
[[nodiscard]] std::string QuotedJson(std::string_view text);

}  // namespace headroom
