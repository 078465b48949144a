#include "policy/heap/program.h"

#include <algorithm>
#include <array>
#include <utility>

#include "policy/heap/words.h"

namespace headroom::heap {
namespace {

/// How many programs are looked at, each started by the one before.
constexpr int kMostPrograms = 8;

struct KnownProgram {
  std::string_view name;
  Runtime runtime;
};
constexpr std::array<KnownProgram, 7> kKnown = {{{"java", Runtime::kJava},
                                                 {"node", Runtime::kNode},
                                                 {"nodejs", Runtime::kNode},
                                                 {"redis-server", Runtime::kRedis},
                                                 {"valkey-server", Runtime::kRedis},
                                                 {"postgres", Runtime::kPostgres},
                                                 {"postmaster", Runtime::kPostgres}}};

/// What the official images say of themselves.
struct ImageVariable {
  std::string_view name;
  Runtime runtime;
};
constexpr std::array<ImageVariable, 6> kImages = {{{"PG_MAJOR", Runtime::kPostgres},
                                                   {"REDIS_VERSION", Runtime::kRedis},
                                                   {"REDIS_DOWNLOAD_URL", Runtime::kRedis},
                                                   {"VALKEY_VERSION", Runtime::kRedis},
                                                   {"VALKEY_DOWNLOAD_URL", Runtime::kRedis},
                                                   {"NODE_VERSION", Runtime::kNode}}};

/// A program that starts what stands behind its options and operands.
struct Wrapper {
  std::string_view name;
  std::string_view valued;  ///< its options of one letter whose value is a word of its own
  std::size_t operands = 0;
};
constexpr std::array<Wrapper, 9> kWrappers = {{{"tini", "pe"},
                                               {"tini-static", "pe"},
                                               {"docker-init", "pe"},
                                               {"dumb-init", "r"},
                                               {"catatonit", ""},
                                               {"podman-init", ""},
                                               {"exec", "a"},
                                               {"gosu", "", 1},
                                               {"su-exec", "", 1}}};

/// What the runtimes take from the environment. "JAVA_OPTIONS" stands for _JAVA_OPTIONS and
/// JDK_JAVA_OPTIONS.
constexpr std::array<std::string_view, 5> kVariables = {"JAVA_TOOL_OPTIONS", "JAVA_OPTIONS",
                                                        "NODE_OPTIONS", "GOMEMLIMIT", "GOGC"};

using Words = std::vector<std::string>;

std::string_view BaseName(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool IsOption(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

/// A command line that is being unwrapped.
class Line {
 public:
  explicit Line(const Words& words) : words_(words) {}

  [[nodiscard]] bool empty() const { return at_ >= words_.size(); }
  [[nodiscard]] std::string_view front() const { return words_[at_]; }
  void Skip(std::size_t count = 1) { at_ = std::min(words_.size(), at_ + count); }
  void Replace(Words words) {
    words_ = std::move(words);
    at_ = 0;
  }
  [[nodiscard]] Words Rest() const {
    return {words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end()};
  }

 private:
  Words words_;
  std::size_t at_ = 0;
};

enum class Step { kUnwrapped, kNotOne, kLost };

Step UnwrapStarter(Line& line) {
  const auto* const wrapper = std::ranges::find(kWrappers, BaseName(line.front()), &Wrapper::name);
  if (wrapper == kWrappers.end()) return Step::kNotOne;
  line.Skip();
  while (!line.empty() && IsOption(line.front())) {
    const std::string_view option = line.front();
    const bool valued = option.size() == 2 && wrapper->valued.find(option[1]) != std::string::npos;
    line.Skip(valued ? 2 : 1);
    if (option == "--") break;
  }
  line.Skip(wrapper->operands);
  return Step::kUnwrapped;
}

void TakeAssignments(Line& line, Words& assignments) {
  for (; !line.empty() && IsAssignment(line.front()); line.Skip()) {
    assignments.emplace_back(line.front());
  }
}

/// env's options clear or change the environment, so that nothing said of it would be certain.
Step UnwrapEnv(Line& line, Words& assignments) {
  if (BaseName(line.front()) != "env") return Step::kNotOne;
  line.Skip();
  if (!line.empty() && line.front().starts_with('-')) return Step::kLost;
  TakeAssignments(line, assignments);
  return Step::kUnwrapped;
}

bool IsShell(std::string_view name) {
  return name == "sh" || name == "bash" || name == "dash" || name == "ash";
}

/// A command that is more than words still passes its environment on, unless it may change it.
Step LostIn(std::string_view command) {
  const bool changes = std::ranges::any_of(kVariables, [command](std::string_view name) {
    return command.find(name) != std::string_view::npos;
  });
  return changes ? Step::kLost : Step::kNotOne;
}

/// `sh -c "..."`, also `bash -eo pipefail -c "..."`; `sh script arguments` is the script.
Step UnwrapShell(Line& line, Words& assignments) {
  if (!IsShell(BaseName(line.front()))) return Step::kNotOne;
  line.Skip();
  bool command = false;
  while (!command && !line.empty() && IsOption(line.front())) {
    const std::string_view option = line.front();
    command = !option.starts_with("--") && option.find('c') != std::string_view::npos;
    line.Skip(option.ends_with('o') ? 2 : 1);
  }
  if (!command) return Step::kUnwrapped;
  if (line.empty()) return Step::kNotOne;
  auto words = ShellWords(line.front());
  if (!words) return LostIn(line.front());
  line.Replace(std::move(*words));
  TakeAssignments(line, assignments);
  return Step::kUnwrapped;
}

Step Unwrap(Line& line, Words& assignments) {
  Step step = UnwrapStarter(line);
  if (step == Step::kNotOne) step = UnwrapEnv(line, assignments);
  if (step == Step::kNotOne) step = UnwrapShell(line, assignments);
  return step;
}

Runtime RuntimeOfImage(const ProcessFacts& process) {
  for (const ImageVariable& image : kImages) {
    if (process.Env(image.name)) return image.runtime;
  }
  return Runtime::kOther;
}

}  // namespace

Program FindProgram(const ProcessFacts& process) {
  Program program;
  Line line(process.args);
  for (int program_number = 0; program_number < kMostPrograms && !line.empty(); ++program_number) {
    const std::string_view name = BaseName(line.front());
    const auto* const known = std::ranges::find(kKnown, name, &KnownProgram::name);
    if (known != kKnown.end()) {
      line.Skip();
      program.runtime = known->runtime;
      program.args = line.Rest();
      return program;
    }
    if (name.find("entrypoint") != std::string_view::npos) {
      line.Skip();
      if (line.empty() || !line.front().starts_with('-')) continue;
      program.runtime = RuntimeOfImage(process);
      if (program.runtime != Runtime::kOther) program.args = line.Rest();
      return program;
    }
    const Step step = Unwrap(line, program.assignments);
    if (step == Step::kLost) program.runtime = Runtime::kHidden;
    if (step != Step::kUnwrapped) return program;
  }
  return program;
}

std::optional<std::string_view> VariableOf(const Program& program, const ProcessFacts& process,
                                           std::string_view name) {
  std::optional<std::string_view> found = process.Env(name);
  for (const std::string_view row : program.assignments) {
    if (row.starts_with(name) && row.substr(name.size()).starts_with('=')) {
      found = row.substr(name.size() + 1);
    }
  }
  return found;
}

}  // namespace headroom::heap
