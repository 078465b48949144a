#include "cli/run/add_run.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "cli/run/arguments.h"
#include "cli/run/run.h"
#include "policy/parse/value.h"

namespace headroom {
namespace {

void AddMemory(CLI::App* run, std::optional<Bytes>& memory) {
  run->add_option_function<std::string>(
         "-m,--memory",
         [&memory](const std::string& text) {
           memory = ParseAmount(text);
           if (!memory) {
             throw CLI::ValidationError(
                 "--memory", "is expected to be like 512M or 2G, found \"" + text + "\"");
           }
           if (*memory < kLeastCommandMemory) {
             throw CLI::ValidationError("--memory",
                                        "is too little to start anything, expected at least 1M");
           }
         },
         "The most memory that the command may have, with all that it starts: 512M, 2G, ...")
      ->required();
}

}  // namespace

void AddRun(CLI::App& program, const Environment& environment, Verb& verb,
            std::optional<std::vector<std::string>> command) {
  auto options = std::make_shared<RunOptions>();
  const bool is_marked = command.has_value();
  options->command = std::move(command).value_or(std::vector<std::string>{});
  CLI::App* run = program.add_subcommand(
      "run",
      "Run a command in a cgroup of its own, as protected as a container (run ... -- ./job)");
  run->footer(
      "As an ordinary user: on cgroup v2, by your own systemd (systemctl --user), which needs the\n"
      "memory controller delegated to it, and runs without a login only with loginctl "
      "enable-linger.\n"
      "Your own headroomd watches; where none runs, one is started that ends when nothing is left "
      "to\n"
      "watch. It may not read the kernel's log nor who sent signals, so the verdict names no "
      "victim;\n"
      "the bundle's manifest says what is missing. As root: on cgroup v1 too.");
  AddMemory(run, options->memory);
  run->add_option("--name", options->name, "What to call it; else its program and process number")
      ->check([](const std::string& name) { return WhyNoName(name); });
  run->add_flag("-v,--verbose", options->verbose,
                "Also what policy finds, and which cgroup it has");
  // Without the dashes what follows is the command's too, and the one thing to tell of.
  if (!is_marked) run->allow_extras();
  run->callback([&environment, &verb, options, is_marked] {
    if (options->command.empty() || options->command.front().empty()) {
      throw CLI::RequiredError(is_marked ? "a command behind --" : "-- and the command behind it");
    }
    verb = [&environment, options] { return RunCommand(environment, *options); };
  });
}

}  // namespace headroom
