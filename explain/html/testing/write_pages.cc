#include <fcntl.h>

#include <cstdio>
#include <string>

#include "base/file.h"
#include "explain/html/report.h"
#include "explain/html/testing/rich_case.h"

/// Writes the report of every case to FOLDER/NAME.html, for scripts/test-report to look at.
int main(int argc, char** argv) {
  using namespace headroom;
  if (argc != 2) {
    std::fputs("usage: write_report_pages FOLDER\n", stderr);
    return 2;
  }
  for (const auto& page : testing_evidence::PageCases()) {
    const Evidence evidence = page.builder.Build();
    const std::string path = std::string(argv[1]) + "/" + page.name + ".html";
    const auto written = ReplaceFileAt(AT_FDCWD, path, ReportHtml(evidence, Explain(evidence)),
                                       0644, Durability::kNone);
    if (!written) {
      std::fprintf(stderr, "write_report_pages: %s\n", written.error().Message().c_str());
      return 1;
    }
  }
  return 0;
}
