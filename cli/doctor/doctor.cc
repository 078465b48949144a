#include "cli/doctor/doctor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "cli/doctor/own_parts.h"
#include "cli/doctor/settings.h"
#include "cli/doctor/trial_kill.h"

namespace headroom {
namespace {

using nlohmann::json;

struct Chapter {
  std::string key;    ///< in JSON
  std::string title;  ///< for people
  HostFindings findings;
};

std::size_t CountOf(const std::vector<Chapter>& chapters, Health health) {
  std::size_t count = 0;
  for (const Chapter& chapter : chapters) {
    count += static_cast<std::size_t>(
        std::ranges::count(chapter.findings, health, &HostFinding::health));
  }
  return count;
}

json TextOrNull(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

void PrintJson(const Environment& environment, const std::vector<Chapter>& chapters) {
  json document = {{"schema", "headroom.doctor/1"}, {"lacks", CountOf(chapters, Health::kLack)}};
  for (const Chapter& chapter : chapters) {
    json rows = json::array();
    for (const HostFinding& finding : chapter.findings) {
      rows.push_back({{"topic", finding.topic},
                      {"health", HealthName(finding.health)},
                      {"found", finding.found},
                      {"consequence", TextOrNull(finding.consequence)},
                      {"cure", TextOrNull(finding.cure)}});
    }
    document[chapter.key] = std::move(rows);
  }
  environment.out << DumpJson(document);
}

std::string Counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

void PrintText(const Environment& environment, const std::vector<Chapter>& chapters,
               bool self_tested) {
  for (const Chapter& chapter : chapters) {
    environment.out << chapter.title << '\n' << FindingsText(chapter.findings) << '\n';
  }
  const std::size_t unknown = CountOf(chapters, Health::kUnknown);
  environment.out << fmt::format(
      "{}, {}{}{}\n", Counted(CountOf(chapters, Health::kLack), "lack"),
      Counted(CountOf(chapters, Health::kNote), "note"),
      unknown == 0 ? "" : fmt::format(", {} unknown to this user", unknown),
      self_tested ? "" : "; headroom doctor --self-test proves the rest with a kill of its own");
}

}  // namespace

int Doctor(const Environment& environment, const DoctorOptions& options, const HostPlaces& places) {
  const bool systemd = access(places.run_systemd.c_str(), F_OK) == 0;
  std::vector<Chapter> chapters{
      {"host", "What this host offers", LookAtFacilities(environment.host, places)},
      {"headroom", "Headroom", LookAtOwnParts(environment, systemd)},
      {"settings", "How this host runs out of memory",
       JudgeSettings(ReadHostSettings(environment.host, places))}};
  std::string transcript;
  if (options.self_test) {
    SelfTest test = RunSelfTest(environment);
    chapters.push_back({"self_test", "A kill of our own", std::move(test.findings)});
    transcript = std::move(test.transcript);
  }
  if (options.json) {
    PrintJson(environment, chapters);
  } else {
    PrintText(environment, chapters, options.self_test);
  }
  const bool failed = options.self_test &&
                      std::ranges::any_of(chapters.back().findings, [](const HostFinding& finding) {
                        return finding.health == Health::kLack;
                      });
  if (failed && !transcript.empty()) environment.err << transcript;
  const bool well = CountOf(chapters, Health::kLack) + CountOf(chapters, Health::kUnknown) == 0;
  return well ? CliStatus::kDone : CliStatus::kIncomplete;
}

}  // namespace headroom
