#include "cli/judging_verbs.h"

#include <memory>

#include "cli/check.h"
#include "cli/policy_verbs.h"
#include "policy/lint/schema.h"

namespace headroom {
namespace {

void AddLint(CLI::App& policy, const Environment& environment, Verb& verb) {
  auto path = std::make_shared<std::string>();
  CLI::App* lint = policy.add_subcommand("lint", "Tell everything to mend in policy files");
  lint->add_option("path", *path, "A policy file, or a folder of them; else /etc/headroom")
      ->check(RefuseEmpty);
  lint->callback([&environment, &verb, path] {
    verb = [&environment, path] { return PolicyLint(environment, *path); };
  });
}

void AddExplain(CLI::App& policy, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<PolicyExplainOptions>();
  CLI::App* explain = policy.add_subcommand(
      "explain", "Each rule's action and parameters, and which file or profile said so");
  explain
      ->add_option("container", options->container,
                   "Name, id or unique prefix: as decided when that container started")
      ->check(RefuseEmpty);
  explain->add_flag("--json", options->json, "As JSON (headroom.policy/1)");
  explain->callback([&environment, &verb, options] {
    verb = [&environment, options] { return PolicyExplain(environment, *options); };
  });
}

void AddTry(CLI::App& policy, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<PolicyTryOptions>();
  CLI::App* trial = policy.add_subcommand(
      "try", "What a policy would do to the containers that run; changes nothing");
  trial->add_option("policy", options->policy, "A policy file, or a folder of them")
      ->required()
      ->check(RefuseEmpty);
  trial->add_flag("--json", options->json, "As JSON (headroom.policy-try/1)");
  trial->callback([&environment, &verb, options] {
    verb = [&environment, options] { return PolicyTry(environment, *options); };
  });
}

}  // namespace

void AddCheck(CLI::App& program, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<CheckOptions>();
  auto all = std::make_shared<bool>(false);
  CLI::App* check = program.add_subcommand(
      "check", "What policy finds about a container that runs, or about a config.json");
  CLI::Option* subject =
      check
          ->add_option("container", options->subject,
                       "Name, id or unique prefix of a container, or the path of a config.json (or "
                       "of its bundle)")
          ->check(RefuseEmpty);
  check->add_flag("--all", *all, "Every container that runs")->excludes(subject);
  check->add_flag("--json", options->json, "As JSON (headroom.check/1)");
  check->add_flag("-v,--verbose", options->verbose, "Also the rules that could not be judged");
  check
      ->add_option("--policy", options->policy,
                   "Judge by this policy file or folder, not by /etc/headroom")
      ->check(RefuseEmpty);
  check->callback([&environment, &verb, options, all] {
    if (options->subject.empty() && !*all) throw CLI::RequiredError("a container, or --all,");
    verb = [&environment, options] { return Check(environment, *options); };
  });
}

void AddPolicy(CLI::App& program, const Environment& environment, Verb& verb) {
  CLI::App* policy =
      program.add_subcommand("policy", "What the policy says, and whether it is right");
  policy->require_subcommand(1);
  AddLint(*policy, environment, verb);
  AddExplain(*policy, environment, verb);
  AddTry(*policy, environment, verb);
  policy->add_subcommand("schema", "Print the JSON Schema of a policy file")
      ->callback([&environment, &verb] {
        verb = [&environment] {
          environment.out << PolicySchema();
          return JudgeStatus::kClean;
        };
      });
  policy->add_subcommand("reference", "Print all rules and their parameters as Markdown")
      ->callback([&environment, &verb] {
        verb = [&environment] { return PolicyReference(environment); };
      });
}

}  // namespace headroom
