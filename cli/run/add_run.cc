#include "cli/run/add_run.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "cli/run/arguments.h"
#include "cli/run/run.h"
#include "policy/parse/value.h"

namespace headroom {
namespace {

/// "-m,--memory" is told of as --memory.
std::string FlagOf(const std::string& names) { return names.substr(names.find("--")); }

/// `kLeast`: below it no command could use it.
template <Bytes kLeast>
CLI::Option* AddAmount(CLI::App* run, const char* name, std::optional<Bytes>& amount,
                       const char* help) {
  return run->add_option_function<std::string>(
      name,
      [&amount, name](const std::string& text) {
        amount = ParseAmount(text);
        if (!amount) {
          throw CLI::ValidationError(FlagOf(name),
                                     "is expected to be like 512M or 2G, found \"" + text + "\"");
        }
        if (*amount < kLeast) {
          throw CLI::ValidationError(
              FlagOf(name), fmt::format("is too little, expected at least {}", ToText(kLeast)));
        }
      },
      help);
}

void AddAmounts(CLI::App* run, RunOptions& options) {
  AddAmount<kLeastCommandMemory>(
      run, "-m,--memory", options.memory,
      "The most memory that the command may have, with all that it starts: 512M, 2G, ...")
      ->required();
  AddAmount<kLeastCommandShm>(
      run, "--shm", options.shm,
      "A /dev/shm of its own of that size, whose files count as its memory; else the host's");
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
  AddAmounts(run, *options);
  run->add_option("--name", options->name, "What to call it; else its program and process number")
      ->check([](const std::string& name) { return WhyNoName(name); });
  run->add_option("--policy", options->policy,
                  "Judge by this policy file or folder, not by /etc/headroom")
      ->check(RefuseEmpty);
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
