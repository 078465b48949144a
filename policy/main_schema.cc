// Writes the JSON Schema of the policy file to standard output, for the build.
#include <unistd.h>

#include "base/file.h"
#include "policy/lint/schema.h"

int main() {
  const auto written =
      headroom::WriteAll(STDOUT_FILENO, "standard output", headroom::PolicySchema());
  return written ? 0 : 1;
}
