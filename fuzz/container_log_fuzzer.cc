#include "evidence/container_log.h"

#include "evidence/docker_local_log.h"
#include "explain/study/last_words.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  // A record has its length twice, four bytes each.
  Require(ParseDockerLocalLog(text).size() <= text.size() / 8);
  for (const auto format : {ContainerLogFormat::kDockerJson, ContainerLogFormat::kDockerLocal,
                            ContainerLogFormat::kCri}) {
    const auto lines = LastLines(text, format, {.most = 20, .since = {}, .before = {}});
    Require(lines.size() <= 20);
    for (const ContainerLine& line : lines) {
      Require(line.text.size() <= 1024);
      Require(line.text.find('\n') == std::string::npos);
    }
    if (const auto words = FindLastWords(lines)) Require(words->text.size() <= 160);
  }
}
