#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace headroom {

/// How a document, or a part of it, is laid out.
enum class JsonLayout {
  kIndented,  ///< by two, a member or element a line, as DumpJson does
  kLine,      ///< no blank and no line end, as DumpJsonLine does
};

/// Writes JSON from front to back without building a document first: for what is written on every
/// start of a container. Bytes that are not UTF-8 become U+FFFD, as with DumpJson; given sorted
/// keys, the text is the same, byte for byte.
///
/// Holds only the text. The caller opens and closes in order and gives every member a key: nothing
/// is checked. Not for several threads.
class JsonWriter {
 public:
  explicit JsonWriter(JsonLayout layout) : line_depth_(layout == JsonLayout::kLine ? 0 : kNoLine) {}

  /// kLine keeps what is opened, and all in it, on one line. Where that is so already, it stays so.
  void BeginObject(JsonLayout layout = JsonLayout::kIndented) { Begin('{', layout); }
  void EndObject() { End('}'); }
  void BeginArray(JsonLayout layout = JsonLayout::kIndented) { Begin('[', layout); }
  void EndArray() { End(']'); }

  /// Of the next value. Not escaped: keys are the program's own words.
  void Key(std::string_view key);

  void String(std::string_view text);
  void Number(std::integral auto number) {
    if constexpr (std::signed_integral<decltype(number)>) {
      Signed(number);
    } else {
      Unsigned(number);
    }
  }
  void Bool(bool value) { Scalar(value ? "true" : "false"); }
  void Null() { Scalar("null"); }
  /// A whole value that is JSON already; it is taken as it is.
  void Json(std::string_view value) { Scalar(value); }

  /// What was written; an indented document ends its line. The writer is done then.
  [[nodiscard]] std::string Finish() &&;

 private:
  static constexpr std::size_t kNoLine = SIZE_MAX;

  void Begin(char bracket, JsonLayout layout);
  void End(char bracket);
  void StartValue();
  void StartLine();
  void Scalar(std::string_view text);
  void Signed(std::int64_t number);
  void Unsigned(std::uint64_t number);
  [[nodiscard]] bool OnOneLine() const { return depth_ >= line_depth_; }

  std::string text_;
  std::size_t depth_ = 0;       ///< of what is open
  std::size_t line_depth_;      ///< from which depth on all is on one line; kNoLine: from none
  bool after_key_ = false;      ///< the next value has its key before it
  bool after_bracket_ = false;  ///< the last thing written opened something
};

}  // namespace headroom
