#include "explain/html/anchor.h"
#include "fuzz/fuzz.h"

/// A place in a bundle, as a verdict names it.
HEADROOM_FUZZ(text) {
  using namespace headroom;
  const Citation citation = ParseCitation(text);
  Require(text.starts_with(citation.file));
  const std::string written = CitationOf(citation.file, citation.line);
  Require(written.size() <= text.size());
  if (citation.line > 0) {
    const Citation again = ParseCitation(written);
    Require(again.file == citation.file && again.line == citation.line);
  }
  // Nothing in the place of a page ends the attribute that it stands in.
  const std::string anchor = AnchorOf(text).text;
  Require(anchor.find_first_of("\"'<> \n") == std::string::npos);
}
