#include "cli/bundle/add_verbs.h"

#include <memory>

#include "base/age.h"
#include "cli/bundle/verbs.h"
#include "cli/store_argument.h"
#include "policy/parse/value.h"

namespace headroom {
namespace {

constexpr const char* kSubject =
    "The path of a bundle's directory or of a pack, or a container (its newest bundle)";

void AddSubject(CLI::App* verb, std::string& subject) {
  verb->add_option("bundle", subject, kSubject)->required()->check(RefuseEmpty);
}

void AddPack(CLI::App& bundle, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<BundlePackOptions>();
  CLI::App* pack = bundle.add_subcommand("pack", "Make one file of a bundle, to be sent");
  AddSubject(pack, options->subject);
  pack->add_option("-o,--out", options->out,
                   "The file to make, or - for standard output; else the bundle's name and .tar.gz")
      ->check(RefuseEmpty);
  pack->add_flag("--json", options->json, "What was made as JSON (headroom.bundle-pack/1)");
  pack->callback([&environment, &verb, options] {
    verb = [&environment, options] { return BundlePack(environment, *options); };
  });
}

void AddUnpack(CLI::App& bundle, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<BundleUnpackOptions>();
  CLI::App* unpack = bundle.add_subcommand(
      "unpack", "Make a directory of a pack (why, verify and replay take packs as they are)");
  AddSubject(unpack, options->subject);
  unpack
      ->add_option("-o,--out", options->out,
                   "The directory to make; else the pack's name without .tar.gz")
      ->check(RefuseEmpty);
  unpack->callback([&environment, &verb, options] {
    verb = [&environment, options] { return BundleUnpack(environment, *options); };
  });
}

void AddVerify(CLI::App& bundle, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<BundleVerifyOptions>();
  CLI::App* verify =
      bundle.add_subcommand("verify", "Whether every byte of a bundle is as it was published");
  AddSubject(verify, options->subject);
  verify
      ->add_option("--digest", options->digest,
                   "Compare with this digest or sha256, as pack printed it")
      ->check(RefuseEmpty);
  verify->add_flag("--json", options->json, "As JSON (headroom.bundle-verify/1)");
  verify->callback([&environment, &verb, options] {
    verb = [&environment, options] { return BundleVerify(environment, *options); };
  });
}

void AddReplay(CLI::App& bundle, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<BundleReplayOptions>();
  CLI::App* replay = bundle.add_subcommand(
      "replay", "Explain a bundle by today's rules, and tell what differs from its own verdict");
  AddSubject(replay, options->subject);
  replay->add_flag("--json", options->json, "As JSON (headroom.bundle-replay/1)");
  replay->callback([&environment, &verb, options] {
    verb = [&environment, options] { return BundleReplay(environment, *options); };
  });
}

void AddRedact(CLI::App& bundle, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<BundleRedactOptions>();
  CLI::App* redact = bundle.add_subcommand(
      "redact", "Make a copy without what may be private, which still tells the same cause");
  AddSubject(redact, options->subject);
  redact
      ->add_option("-o,--out", options->out,
                   "A new directory, a pack (NAME.tar.gz), or - for a pack on standard output")
      ->required()
      ->check(RefuseEmpty);
  redact
      ->add_option("--level", options->level,
                   "files: names of the container's files, policy, others in the kernel's log; "
                   "names: also of the container, its image, processes and cgroups")
      ->capture_default_str();
  redact->add_flag("--json", options->json, "What was made as JSON (headroom.bundle-redact/1)");
  redact->callback([&environment, &verb, options] {
    verb = [&environment, options] { return BundleRedact(environment, *options); };
  });
}

/// An option whose text `Parse` takes, or it cannot be taken. `name` and `value` outlive `verb`.
template <auto Parse, typename Value>
void AddParsed(CLI::App* verb, const char* name, std::optional<Value>& value,
               const std::string& help) {
  verb->add_option_function<std::string>(
      name,
      [&value, name](const std::string& text) {
        value = Parse(text);
        if (!value) throw CLI::ValidationError(name, "is not understood: \"" + text + "\"");
      },
      help);
}

void AddPrune(CLI::App& bundle, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<BundlePruneOptions>();
  CLI::App* prune = bundle.add_subcommand(
      "prune",
      "Remove bundles, oldest first, until all bounds that are given hold. Those that a container "
      "which is still enrolled needs for its kills to be counted once stay");
  AddParsed<ParseAge>(prune, "--older-than", options->older_than,
                      "Those older than 30d, 12h, 90m, 45s");
  prune->add_option("--keep", options->keep, "So many are left, in all");
  prune->add_option("--keep-each", options->keep_each, "So many are left of each container");
  AddParsed<ParseAmount>(prune, "--max-bytes", options->max_bytes,
                         "All together take at most 512M, 2G, ...");
  prune->add_option("--container", options->container, "Only look at bundles of this container")
      ->check(RefuseEmpty);
  prune->add_flag("--dry-run", options->dry_run, "Tell, and remove nothing");
  prune->add_flag("--json", options->json, "As JSON (headroom.bundle-prune/1)");
  prune->add_option("--store", options->store, "In this bundle store")->check(RefuseNoStore);
  prune->callback([&environment, &verb, options] {
    verb = [&environment, options] { return BundlePrune(environment, *options); };
  });
}

}  // namespace

void AddBundle(CLI::App& program, const Environment& environment, Verb& verb) {
  CLI::App* bundle = program.add_subcommand(
      "bundle", "Pack, unpack, verify, replay, redact or remove what was recorded");
  bundle->require_subcommand(1);
  AddPack(*bundle, environment, verb);
  AddUnpack(*bundle, environment, verb);
  AddVerify(*bundle, environment, verb);
  AddReplay(*bundle, environment, verb);
  AddRedact(*bundle, environment, verb);
  AddPrune(*bundle, environment, verb);
}

}  // namespace headroom
