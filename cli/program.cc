#include "cli/program.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "base/text.h"
#include "cli/bundle/add_verbs.h"
#include "cli/bundles.h"
#include "cli/disarm.h"
#include "cli/doctor/doctor.h"
#include "cli/enrol/enrol.h"
#include "cli/install/add_verbs.h"
#include "cli/judging_verbs.h"
#include "cli/kernel_log.h"
#include "cli/ps.h"
#include "cli/report.h"
#include "cli/run/add_run.h"
#include "cli/run/arguments.h"
#include "cli/run/exit_status.h"
#include "cli/snap.h"
#include "cli/store_argument.h"
#include "cli/watch/watch.h"
#include "cli/why/why.h"

namespace headroom {
namespace {

constexpr const char* kFooter =
    "Exit status: 0 a verdict, list or report was given; 1 some of it could not be done; 2 wrong "
    "usage;\n"
    "3 nothing was killed, no incident is recorded; 4 no such container or bundle;\n"
    "5 several containers fit; 6 the store cannot be read, or a bundle is broken.\n"
    "Of bundle verify and replay also: 1 something differs from what was published.\n"
    "Of run: the command's own status, 128 and the number of the signal that ended it; 125 it was\n"
    "not started; 126 it cannot be executed; 127 it was not found.\n"
    "Of check and policy: 0 nothing found; 1 something found, or (try) something would be denied;\n"
    "2 could not be looked at, or not all of it: no such container, several fit, a config.json or\n"
    "policy that cannot be read or is broken, wrong usage.\n"
    "Of install and uninstall: 0 it is as asked for; 1 refused or failed, and the line says why.\n"
    "Of doctor: 0 nothing is lacking; 1 something is, or could not be seen.";

void AddWhy(CLI::App& program, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<WhyOptions>();
  auto last = std::make_shared<bool>(false);
  CLI::App* why = program.add_subcommand(
      "why", "Explain why a container, or a process in it, was killed (the newest incident)");
  auto* subject =
      why->add_option("container", options->subject,
                      "Name, id or unique prefix of a container, or the path of a bundle or "
                      "of a pack of one")
          ->check(RefuseEmpty);
  CLI::Option* newest =
      why->add_flag("--last", *last, "The newest incident of all (as without an argument)")
          ->excludes(subject);
  why->add_flag("--json", options->json, "The verdict as JSON (headroom.summary/1)");
  auto* store =
      why->add_option("--store", options->store, "Look in this bundle store, and nowhere else")
          ->check(RefuseNoStore);
  auto log = std::make_shared<std::string>();
  why->add_option(
         "--kernel-log", *log,
         "Explain this kernel log instead, of any host (dmesg, syslog, journalctl -k; - for "
         "standard input); --json is headroom.kernel-log/1 then")
      ->check(RefuseEmpty)
      ->excludes(subject)
      ->excludes(newest)
      ->excludes(store);
  why->callback([&environment, &verb, options, last, log] {
    verb = [&environment, options, log] {
      if (log->empty()) return Why(environment, *options);
      return WhyKernelLog(environment, {.file = *log, .json = options->json});
    };
  });
}

void AddReport(CLI::App& program, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<ReportOptions>();
  auto last = std::make_shared<bool>(false);
  CLI::App* report = program.add_subcommand(
      "report", "Write what why explains, with its evidence, as one HTML file that needs no other");
  auto* subject = report
                      ->add_option("container", options->subject,
                                   "Name, id or unique prefix of a container, or a bundle's path")
                      ->check(RefuseEmpty);
  report->add_flag("--last", *last, "The newest incident of all (as without an argument)")
      ->excludes(subject);
  report->add_option("-o,--output", options->file, "Where to write it; - for standard output")
      ->check(RefuseEmpty)
      ->required();
  report->add_flag("--force", options->force, "Replace the file if it is there");
  report->add_option("--store", options->store, "Look in this bundle store, and nowhere else")
      ->check(RefuseNoStore);
  report->callback([&environment, &verb, options, last] {
    verb = [&environment, options] { return Report(environment, *options); };
  });
}

void AddPs(CLI::App& program, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<PsOptions>();
  CLI::App* ps =
      program.add_subcommand("ps", "List containers, how they are watched, and which are not");
  ps->add_flag("--json", options->json, "As JSON (headroom.ps/1)");
  ps->callback([&environment, &verb, options] {
    verb = [&environment, options] { return Ps(environment, *options); };
  });
}

void AddBundles(CLI::App& program, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<BundlesOptions>();
  CLI::App* bundles = program.add_subcommand("bundles", "List recorded incidents, newest first");
  bundles->add_flag("--json", options->json, "As JSON (headroom.bundles/1)");
  bundles->add_option("--store", options->store, "Look in this bundle store")->check(RefuseNoStore);
  bundles->callback([&environment, &verb, options] {
    verb = [&environment, options] { return Bundles(environment, *options); };
  });
}

void AddSnap(CLI::App& program, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<SnapOptions>();
  CLI::App* snap = program.add_subcommand(
      "snap", "Take the evidence of a container that lives, without holding it, and explain it");
  snap->add_option("container", options->container,
                   "Name, id or unique prefix of a container that runs, enrolled or not")
      ->required()
      ->check(RefuseEmpty);
  snap->add_option("-o,--out", options->out,
                   "Not into the store: a new directory, a pack (NAME.tar.gz), or - for a pack on "
                   "standard output")
      ->check(RefuseEmpty);
  snap->add_flag("--json", options->json, "The verdict as JSON (headroom.summary/1)");
  snap->callback([&environment, &verb, options] {
    verb = [&environment, options] { return Snap(environment, *options); };
  });
}

void AddEnrol(CLI::App& program, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<EnrolOptions>();
  auto all = std::make_shared<bool>(false);
  CLI::App* enrol = program.add_subcommand(
      "enrol", "Protect containers that run already, and were started without the hook");
  CLI::Option* subject = enrol
                             ->add_option("container", options->container,
                                          "Name, id or unique prefix of a container that runs")
                             ->check(RefuseEmpty);
  enrol->add_flag("--all", *all, "Every container that runs")->excludes(subject);
  enrol->add_flag("--json", options->json, "As JSON (headroom.enrol/1)");
  enrol->callback([&environment, &verb, options, all] {
    if (options->container.empty() && !*all) throw CLI::RequiredError("a container, or --all,");
    verb = [&environment, options] { return EnrolRunning(environment, *options); };
  });
}

void AddDoctor(CLI::App& program, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<DoctorOptions>();
  CLI::App* doctor = program.add_subcommand(
      "doctor", "Say what this host offers, what is lacking, and how to get it");
  doctor->add_flag("--self-test", options->self_test,
                   "Also kill a command of our own at its limit, and check the verdict on it");
  doctor->add_flag("--json", options->json, "As JSON (headroom.doctor/1)");
  doctor->callback([&environment, &verb, options] {
    verb = [&environment, options] { return Doctor(environment, *options); };
  });
}

void AddWatch(CLI::App& program, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<WatchOptions>();
  CLI::App* watch = program.add_subcommand(
      "watch", "Watch a service or scope of systemd's as containers are, until it ends");
  watch->add_option("--unit", options->unit, "Its name: web, web.service, session-3.scope")
      ->required()
      ->check(RefuseEmpty);
  watch->add_flag("--json", options->json, "As JSON (headroom.enrol/1)");
  watch->callback([&environment, &verb, options] {
    verb = [&environment, options] { return WatchUnit(environment, *options); };
  });
}

void AddDisarm(CLI::App& program, const Environment& environment, Verb& verb) {
  auto all = std::make_shared<bool>(false);
  CLI::App* disarm =
      program.add_subcommand("disarm", "Lift every tripwire by hand (memory.high=max)");
  disarm->add_flag("--all", *all, "Of all enrolled containers")->required();
  disarm->callback(
      [&environment, &verb, all] { verb = [&environment, all] { return Disarm(environment); }; });
}

/// The first argument where it should be a verb and is none; nullptr otherwise.
const std::string* UnknownVerb(const CLI::App& program, const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front().starts_with('-')) return nullptr;
  const auto verbs = program.get_subcommands([](const CLI::App*) { return true; });
  const bool known = std::ranges::any_of(
      verbs, [&](const CLI::App* verb) { return verb->get_name() == arguments.front(); });
  return known ? nullptr : &arguments.front();
}

/// CLI11 reports by exceptions; none leaves this function. nullopt: go on with the verb.
/// `wrong_usage` is the exit status of that.
std::optional<int> Parse(const Environment& environment, CLI::App& program,
                         std::vector<std::string> arguments, int wrong_usage) {
  if (const std::string* unknown = UnknownVerb(program, arguments)) {
    return Fail(environment, wrong_usage,
                "there is no verb \"" + EscapedForPeople(*unknown) + "\"; see headroom --help");
  }
  std::ranges::reverse(arguments);  // as CLI11 takes them
  try {
    program.parse(std::move(arguments));
    return std::nullopt;
  } catch (const CLI::Success& asked) {  // --help, --version
    program.exit(asked, environment.out, environment.err);
    return CliStatus::kDone;
  } catch (const CLI::Error& error) {
    return Fail(environment, wrong_usage, EscapedForPeople(error.what()) + "; see headroom --help");
  }
}

}  // namespace

int RunProgram(const Environment& environment, std::vector<std::string> arguments) {
  CLI::App program("Container memory: checked at start, caught before the kill, explained after it",
                   "headroom");
  program.footer(kFooter);
  program.set_version_flag("--version", std::string("headroom " HEADROOM_VERSION));
  program.require_subcommand(1);
  Verb verb;
  AddWhy(program, environment, verb);
  AddReport(program, environment, verb);
  AddPs(program, environment, verb);
  AddBundles(program, environment, verb);
  AddBundle(program, environment, verb);
  AddSnap(program, environment, verb);
  const bool is_run = !arguments.empty() && arguments.front() == "run";
  AddRun(program, environment, verb, is_run ? TakeCommand(arguments) : std::nullopt);
  AddEnrol(program, environment, verb);
  AddWatch(program, environment, verb);
  AddDisarm(program, environment, verb);
  AddCheck(program, environment, verb);
  AddPolicy(program, environment, verb);
  AddInstall(program, environment, verb);
  AddDoctor(program, environment, verb);
  const int wrong_usage = is_run ? RunStatus::kOwnFailure : CliStatus::kUsage;
  if (const auto status = Parse(environment, program, std::move(arguments), wrong_usage)) {
    return *status;
  }
  return verb ? verb() : CliStatus::kUsage;
}

}  // namespace headroom
