#include "policy/heap/program.h"

#include <gtest/gtest.h>

namespace headroom::heap {
namespace {

using List = std::vector<std::string>;

Program Find(List args, List env = {}) {
  ProcessFacts process;
  process.args = std::move(args);
  process.env = std::move(env);
  return FindProgram(process);
}

TEST(FindProgram, GoesByTheLastComponentOfThePath) {
  EXPECT_EQ(Find({"java", "-jar"}).runtime, Runtime::kJava);
  EXPECT_EQ(Find({"/opt/jdk/bin/java"}).runtime, Runtime::kJava);
  EXPECT_EQ(Find({"node"}).runtime, Runtime::kNode);
  EXPECT_EQ(Find({"/usr/bin/nodejs"}).runtime, Runtime::kNode);
  EXPECT_EQ(Find({"redis-server"}).runtime, Runtime::kRedis);
  EXPECT_EQ(Find({"valkey-server"}).runtime, Runtime::kRedis);
  EXPECT_EQ(Find({"postgres"}).runtime, Runtime::kPostgres);
  EXPECT_EQ(Find({"postmaster"}).runtime, Runtime::kPostgres);
  EXPECT_EQ(Find({"java", "a", "b"}).args, (List{"a", "b"}));
}

TEST(FindProgram, OthersAreOthers) {
  for (const char* name : {"", "/", "javac", "java8", "java/", "redis-cli", "redis-sentinel", "npm",
                           "JAVA", " java"}) {
    const Program program = Find({name, "java"});
    EXPECT_EQ(program.runtime, Runtime::kOther) << name;
    EXPECT_TRUE(program.args.empty()) << name;
  }
  EXPECT_EQ(Find({}).runtime, Runtime::kOther);
}

TEST(FindProgram, GoesThroughWhatOnlyStartsIt) {
  const List lines[] = {
      {"tini", "--", "java", "-x"},
      {"/sbin/tini", "-g", "-p", "SIGTERM", "java", "-x"},
      {"tini-static", "-v", "--", "java", "-x"},
      {"/sbin/docker-init", "--", "java", "-x"},
      {"/usr/bin/dumb-init", "--", "java", "-x"},
      {"dumb-init", "-c", "-r", "15:3", "java", "-x"},
      {"/run/podman-init", "--", "java", "-x"},
      {"catatonit", "-g", "--", "java", "-x"},
      {"gosu", "app", "java", "-x"},
      {"su-exec", "app:app", "java", "-x"},
      {"env", "java", "-x"},
      {"/usr/bin/env", "A=b", "java", "-x"},
      {"sh", "-c", "java -x"},
      {"/bin/bash", "-ec", "exec java -x"},
      {"bash", "-eo", "pipefail", "-c", "exec java -x"},
      {"bash", "--login", "-c", "java '-x'"},
      {"sh", "/docker-entrypoint.sh", "java", "-x"},
      {"/__cacert_entrypoint.sh", "java", "-x"},
      {"tini", "--", "/entrypoint.sh", "sh", "-c", "A=b exec env C=d java -x"},
  };
  for (const List& line : lines) {
    const Program program = Find(line);
    EXPECT_EQ(program.runtime, Runtime::kJava) << line[0] << " " << line[1];
    EXPECT_EQ(program.args, List{"-x"}) << line[0] << " " << line[1];
  }
}

TEST(FindProgram, EndsWhereAStarterHasNothingToStart) {
  const List lines[] = {{"tini"},      {"tini", "--"},   {"tini", "-p"},    {"gosu"},
                        {"gosu", "a"}, {"env"},          {"env", "A=b"},    {"sh"},
                        {"sh", "-c"},  {"sh", "-c", ""}, {"entrypoint.sh"}, {"exec", "exec"}};
  for (const List& line : lines) EXPECT_EQ(Find(line).runtime, Runtime::kOther) << line[0];
}

TEST(FindProgram, GoesThroughSevenStartersAtMost) {
  const auto behind = [](std::size_t starters) {
    List line;
    for (std::size_t i = 0; i < starters; ++i) line.emplace_back("exec");
    line.emplace_back("java");
    return Find(line).runtime;
  };
  EXPECT_EQ(behind(7), Runtime::kJava);
  EXPECT_EQ(behind(8), Runtime::kOther);
}

TEST(FindProgram, TellsTheServerOfAnOfficialImageByItsEnvironment) {
  const Program postgres = Find({"docker-entrypoint.sh", "-c", "a=b"}, {"PG_MAJOR=16"});
  EXPECT_EQ(postgres.runtime, Runtime::kPostgres);
  EXPECT_EQ(postgres.args, (List{"-c", "a=b"}));
  EXPECT_EQ(Find({"docker-entrypoint.sh", "--a"}, {"REDIS_VERSION=7"}).runtime, Runtime::kRedis);
  EXPECT_EQ(Find({"docker-entrypoint.sh", "--a"}, {"VALKEY_VERSION=8"}).runtime, Runtime::kRedis);
  EXPECT_EQ(Find({"docker-entrypoint.sh", "--a"}, {"NODE_VERSION=22"}).runtime, Runtime::kNode);
  const Program unknown = Find({"docker-entrypoint.sh", "--a"});
  EXPECT_EQ(unknown.runtime, Runtime::kOther);
  EXPECT_TRUE(unknown.args.empty());
}

TEST(FindProgram, ACommandThatIsNotPlainWordsIsNotGuessed) {
  EXPECT_EQ(Find({"sh", "-c", "java $JAVA_OPTS -jar a.jar"}).runtime, Runtime::kOther);
  EXPECT_EQ(Find({"sh", "-c", "cd /a && java -Xmx9g"}).runtime, Runtime::kOther);
  EXPECT_EQ(Find({"sh", "-c", "export JAVA_TOOL_OPTIONS=-Xmx1m; java"}).runtime, Runtime::kHidden);
  EXPECT_EQ(Find({"sh", "-c", "unset GOMEMLIMIT; x"}).runtime, Runtime::kHidden);
}

TEST(FindProgram, ThatMayHaveAnotherEnvironmentIsHidden) {
  EXPECT_EQ(Find({"env", "-i", "java"}).runtime, Runtime::kHidden);
  EXPECT_EQ(Find({"env", "-u", "A", "java"}).runtime, Runtime::kHidden);
}

TEST(VariableOf, TheLineWinsOverTheEnvironmentAndTheLastWins) {
  ProcessFacts process;
  process.args = {"env", "A=line", "A=last", "sh", "-c", "C=d java"};
  process.env = {"A=env", "B=env"};
  const Program program = FindProgram(process);
  EXPECT_EQ(VariableOf(program, process, "A"), "last");
  EXPECT_EQ(VariableOf(program, process, "B"), "env");
  EXPECT_EQ(VariableOf(program, process, "C"), "d");
  EXPECT_EQ(VariableOf(program, process, "D"), std::nullopt);
}

}  // namespace
}  // namespace headroom::heap
