#include <gtest/gtest.h>

#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "runtime-heap-fits";

using List = std::vector<std::string>;

/// A docker container of `limit` on a host of 8 GiB.
ContainerFacts Container(Bytes limit, List args, List env = {}) {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup.limits.max = Limit(limit);
  facts.host.memory_total = Mebibytes(8192);
  facts.process.args = std::move(args);
  facts.process.env = std::move(env);
  return facts;
}

Judgement JudgeOf(Bytes limit, List args, List env = {}) {
  return Judge(kRule, Container(limit, std::move(args), std::move(env)));
}
Violation Broken(Bytes limit, List args, List env = {}) {
  return ViolationOf(JudgeOf(limit, std::move(args), std::move(env)));
}
bool Kept(Bytes limit, List args, List env = {}) {
  return IsSatisfied(JudgeOf(limit, std::move(args), std::move(env)));
}

/// The container's limit lies on the slice alone, as a pod's may.
ContainerFacts LimitedAbove(ContainerFacts facts) {
  facts.ancestors[0].limits.max = facts.cgroup.limits.max;
  facts.cgroup.limits.max = Limit::Unlimited();
  return facts;
}

constexpr Bytes kHalfGiB = Mebibytes(512);

TEST(RuntimeHeapFits, AHeapOfFourFifthsOfTheLimitIsStillAccepted) {
  EXPECT_TRUE(Kept(kHalfGiB, {"java", "-Xmx384m", "-jar", "a.jar"}));
  EXPECT_TRUE(Kept(kHalfGiB, {"java", "-Xmx409m"}));
  EXPECT_FALSE(Broken(kHalfGiB, {"java", "-Xmx410m"}).fact.empty());
  const Violation violation = Broken(kHalfGiB, {"java", "-Xmx512m", "-jar", "a.jar"});
  EXPECT_EQ(violation.fact,
            "java is started with -Xmx512m: a heap of 512 MiB, 100 % of the 512 MiB limit; policy "
            "accepts 410 MiB, since a JVM needs memory beside it");
  EXPECT_EQ(violation.advice,
            "start it with -Xmx409m, or raise the limit: docker run --memory 640m ...");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "a program's own settings are never changed");
}

TEST(RuntimeHeapFits, ASmallJvmNeedsMoreThanAFifth) {
  EXPECT_TRUE(Kept(Mebibytes(256), {"java", "-Xmx192m"}));
  const Violation violation = Broken(Mebibytes(128), {"java", "-Xmx96m"});
  EXPECT_EQ(violation.fact,
            "java is started with -Xmx96m: a heap of 96 MiB and the 64 MiB that a JVM needs "
            "besides are more than the 128 MiB limit");
  EXPECT_EQ(violation.advice,
            "start it with -Xmx64m, or raise the limit: docker run --memory 160m ...");
  EXPECT_TRUE(IsSatisfied(Judge(kRule, Container(Mebibytes(128), {"java", "-Xmx96m"}),
                                {{"jvm_overhead", Mebibytes(32)}})));
}

TEST(RuntimeHeapFits, AddsWhatTheJvmIsAskedToKeepBesideItsHeap) {
  EXPECT_TRUE(Kept(kHalfGiB, {"java", "-Xmx256m", "-XX:MaxDirectMemorySize=192m"}));
  const Violation violation = Broken(
      kHalfGiB, {"java", "-Xmx256m", "-XX:MaxDirectMemorySize=128m", "-XX:MaxMetaspaceSize=65m"});
  EXPECT_EQ(violation.fact,
            "java is started with -Xmx256m: a heap of 256 MiB, 193 MiB by "
            "-XX:MaxDirectMemorySize=128m and -XX:MaxMetaspaceSize=65m and the 64 MiB that a JVM "
            "needs besides are more than the 512 MiB limit");
  EXPECT_EQ(violation.advice,
            "start it with -Xmx255m, or raise the limit: docker run --memory 513m ...");
  const Violation alone = Broken(kHalfGiB, {"java", "-XX:MaxDirectMemorySize=512m"});
  EXPECT_EQ(alone.fact.find("java is started with -XX:MaxDirectMemorySize=512m: a heap of 128 MiB"),
            0U)
      << alone.fact;
}

TEST(RuntimeHeapFits, AShareOfTheLimitIsJudgedAsTheHeapThatItMakes) {
  EXPECT_TRUE(Kept(kHalfGiB, {"java", "-XX:MaxRAMPercentage=80"}));
  const Violation violation = Broken(kHalfGiB, {"java", "-XX:MaxRAMPercentage=90.0"});
  EXPECT_EQ(violation.fact,
            "java is started with -XX:MaxRAMPercentage=90.0: a heap of 461 MiB, 90 % of the 512 "
            "MiB limit; policy accepts 410 MiB, since a JVM needs memory beside it");
  EXPECT_EQ(violation.advice, "start it with -XX:MaxRAMPercentage=79")
      << "a larger limit would make a larger heap";
  EXPECT_NE(Broken(kHalfGiB, {"java", "-XX:MaxRAMFraction=1"}).fact, "");
  EXPECT_NE(Broken(kHalfGiB, {"java", "-XX:MaxRAM=4g"}).fact, "");
}

TEST(RuntimeHeapFits, OfLittleMemoryMaxRamPercentageIsNotWhatCounts) {
  EXPECT_TRUE(Kept(Mebibytes(128), {"java", "-XX:MaxRAMPercentage=90"})) << "it takes 64 MiB";
  const Violation violation = Broken(Mebibytes(100), {"java", "-XX:MaxRAMPercentage=75"});
  EXPECT_EQ(violation.fact,
            "java is started with -XX:MaxRAMPercentage=75: a heap of 50 MiB and the 64 MiB that a "
            "JVM needs besides are more than the 100 MiB limit; of so little memory a JVM takes "
            "MinRAMPercentage");
  EXPECT_EQ(violation.advice,
            "start it with -Xmx36m, or raise the limit: docker run --memory 128m ...");
}

TEST(RuntimeHeapFits, AJvmThatSeesTheLimitAndIsAskedNothingFits) {
  for (const Bytes limit : {Mebibytes(16), Mebibytes(128), Mebibytes(300), Mebibytes(8192)}) {
    EXPECT_TRUE(Kept(limit, {"java", "-jar", "a.jar"}));
  }
}

TEST(RuntimeHeapFits, AJvmThatIsToldNotToSeeTheLimitGoesByTheHost) {
  const Violation violation = Broken(kHalfGiB, {"java", "-XX:-UseContainerSupport", "Main"});
  EXPECT_EQ(violation.fact,
            "java is started without a size for its heap: a heap of 2 GiB, 400 % of the 512 MiB "
            "limit; policy accepts 410 MiB, since a JVM needs memory beside it; with "
            "-XX:-UseContainerSupport it goes by the host's 8 GiB");
  EXPECT_EQ(violation.advice,
            "start it with -Xmx409m, or start it without -XX:-UseContainerSupport");
  EXPECT_TRUE(Kept(kHalfGiB, {"java", "-XX:-UseContainerSupport", "-Xmx256m"}));
  EXPECT_TRUE(Kept(Mebibytes(4096), {"java", "-XX:-UseContainerSupport"}));
}

TEST(RuntimeHeapFits, AJvmDoesNotSeeALimitAboveItsOwnCgroup) {
  const ContainerFacts facts = LimitedAbove(Container(kHalfGiB, {"java", "-jar", "a.jar"}));
  const Violation violation = ViolationOf(Judge(kRule, facts));
  EXPECT_EQ(violation.fact,
            "java is started without a size for its heap: a heap of 2 GiB, 400 % of the 512 MiB "
            "limit of /system.slice; policy accepts 410 MiB, since a JVM needs memory beside it; "
            "it looks at its own cgroup alone and goes by 8 GiB");
  EXPECT_EQ(violation.advice,
            "start it with -Xmx409m, or give the container that limit itself: docker run --memory "
            "512m ...");
  ContainerFacts v1 = facts;
  v1.cgroup_version = CgroupVersion::kV1;
  EXPECT_TRUE(IsSatisfied(Judge(kRule, v1))) << "there the hierarchical limit is told";
  ContainerFacts sized = LimitedAbove(Container(kHalfGiB, {"java", "-Xmx600m"}));
  EXPECT_EQ(ViolationOf(Judge(kRule, sized)).advice,
            "start it with -Xmx409m, or raise the limit of /system.slice to 750 MiB");
}

TEST(RuntimeHeapFits, WithoutTheHostsMemoryAJvmThatGoesByItIsNotJudged) {
  ContainerFacts facts = Container(kHalfGiB, {"java", "-XX:-UseContainerSupport"});
  facts.host.memory_total = std::nullopt;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts = LimitedAbove(Container(kHalfGiB, {"java", "-XX:MaxRAMPercentage=75"}));
  facts.host.memory_total = std::nullopt;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts.process.args = {"java", "-Xmx512m"};
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "");
}

TEST(RuntimeHeapFits, SaysThatAKillWritesNoHeapDump) {
  const Violation violation =
      Broken(kHalfGiB, {"java", "-XX:+HeapDumpOnOutOfMemoryError", "-Xmx512m"});
  EXPECT_TRUE(violation.fact.ends_with(
      "; -XX:+HeapDumpOnOutOfMemoryError writes nothing when the kernel kills with SIGKILL"))
      << violation.fact;
  EXPECT_TRUE(Kept(kHalfGiB, {"java", "-XX:+HeapDumpOnOutOfMemoryError", "-Xmx256m"}));
}

TEST(RuntimeHeapFits, TheJvmsVariablesCountByTheirOrder) {
  EXPECT_TRUE(Kept(kHalfGiB, {"java", "-Xmx256m"}, {"JAVA_TOOL_OPTIONS=-Xmx2g"}));
  EXPECT_TRUE(Kept(kHalfGiB, {"java", "-Xmx2g"}, {"_JAVA_OPTIONS=-Xmx256m"}));
  EXPECT_EQ(Broken(kHalfGiB, {"java", "-Xmx256m"}, {"_JAVA_OPTIONS=-Xmx512m"})
                .fact.find("java is started with -Xmx512m in _JAVA_OPTIONS: "),
            0U);
  EXPECT_EQ(Broken(kHalfGiB, {"catalina.sh", "run"}, {"JAVA_TOOL_OPTIONS=-Xmx512m"})
                .fact.find("any JVM in it is to be started with -Xmx512m in JAVA_TOOL_OPTIONS: "),
            0U);
}

TEST(RuntimeHeapFits, WhatOnlyScriptsReadIsNotBelieved) {
  EXPECT_TRUE(Kept(kHalfGiB, {"catalina.sh", "run"}, {"JAVA_OPTS=-Xmx9g", "CATALINA_OPTS=-Xmx9g"}));
  EXPECT_TRUE(Kept(kHalfGiB, {"java", "Main"}, {"JAVA_OPTS=-Xmx9g"}));
}

TEST(RuntimeHeapFits, OptionsInAFileAreNotJudged) {
  EXPECT_TRUE(IsNotJudged(JudgeOf(kHalfGiB, {"java", "@app.options", "-Xmx9g"})));
  EXPECT_TRUE(IsNotJudged(JudgeOf(kHalfGiB, {"java"}, {"JDK_JAVA_OPTIONS=@app.options"})));
}

TEST(RuntimeHeapFits, LooksThroughWhatStartsTheProgram) {
  const List lines[] = {{"/sbin/tini", "--", "java", "-Xmx512m"},
                        {"sh", "-c", "exec java -Xmx512m -jar '/a b.jar'"},
                        {"/__cacert_entrypoint.sh", "java", "-Xmx512m"},
                        {"env", "JAVA_TOOL_OPTIONS=-Xmx512m", "java"},
                        {"sh", "-c", "JAVA_TOOL_OPTIONS=-Xmx512m ./run"}};
  for (const List& line : lines) {
    EXPECT_NE(Broken(kHalfGiB, line).fact.find("-Xmx512m"), std::string::npos) << line[0];
  }
  EXPECT_TRUE(Kept(kHalfGiB, {"env", "-i", "java"}, {"JAVA_TOOL_OPTIONS=-Xmx512m"}));
  EXPECT_TRUE(Kept(kHalfGiB, {"sh", "-c", "java -Xmx9g | tee log"})) << "not guessed";
}

TEST(RuntimeHeapFits, JudgesNodesOldSpaceInMebibytes) {
  EXPECT_TRUE(Kept(kHalfGiB, {"node", "--max-old-space-size=409", "a.js"}));
  EXPECT_TRUE(Kept(kHalfGiB, {"node", "a.js", "--max-old-space-size=4096"}));
  const Violation violation = Broken(kHalfGiB, {"node", "--max_old_space_size=512", "a.js"});
  EXPECT_EQ(violation.fact,
            "node is started with --max_old_space_size=512: 512 MiB, 100 % of the 512 MiB limit; "
            "policy accepts 410 MiB, since Buffers, code and young objects come on top");
  EXPECT_EQ(violation.advice,
            "start it with --max-old-space-size=409, or raise the limit: docker run --memory 640m "
            "...");
  EXPECT_EQ(Broken(kHalfGiB, {"npm", "start"}, {"NODE_OPTIONS=--max-old-space-size=4096"})
                .fact.find("any Node in it is to be started with --max-old-space-size=4096 in "
                           "NODE_OPTIONS: 4 GiB, 800 % of the 512 MiB limit"),
            0U);
  EXPECT_TRUE(Kept(kHalfGiB, {"node", "--max-old-space-size=256", "a.js"},
                   {"NODE_OPTIONS=--max-old-space-size=4096"}));
}

TEST(RuntimeHeapFits, ALimitFarAboveTheHostsMemoryLeavesRoomForAnyShareOfIt) {
  for (const Bytes limit : {Mebibytes(16384), Bytes{536853687091270912}}) {
    EXPECT_TRUE(Kept(limit, {"node", "--max-old-space-size-percentage=90", "a.js"}));
    EXPECT_TRUE(Kept(limit, {"java", "-XX:MaxRAMPercentage=90", "-jar", "a.jar"}));
  }
}

TEST(RuntimeHeapFits, JudgesNodesShareOfWhatItSees) {
  EXPECT_TRUE(Kept(kHalfGiB, {"node", "--max-old-space-size-percentage=80", "a.js"}));
  const List line = {"node", "--max-old-space-size-percentage=90", "a.js"};
  EXPECT_EQ(Broken(kHalfGiB, line).advice, "start it with --max-old-space-size-percentage=79");
  ContainerFacts above = LimitedAbove(Container(kHalfGiB, line));
  EXPECT_EQ(ViolationOf(Judge(kRule, above)).advice,
            "start it with --max-old-space-size-percentage=4")
      << "9 GiB is more than the host has";
  above.host.memory_total = std::nullopt;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, above)));
}

TEST(RuntimeHeapFits, JudgesGosLimitWhateverTheProgram) {
  EXPECT_TRUE(Kept(kHalfGiB, {"/app"}, {"GOMEMLIMIT=486MiB"}));
  const Violation violation = Broken(kHalfGiB, {"/app"}, {"GOMEMLIMIT=487MiB"});
  EXPECT_EQ(violation.fact,
            "GOMEMLIMIT=487MiB: 487 MiB, 95 % of the 512 MiB limit; policy accepts 486 MiB, since "
            "Go does not count what C code, mapped files and the kernel take");
  EXPECT_EQ(violation.advice,
            "set GOMEMLIMIT=486MiB, or raise the limit: docker run --memory 513m ...");
  EXPECT_TRUE(Kept(kHalfGiB, {"java", "-Xmx256m"}, {"GOMEMLIMIT=1TiB"})) << "a JVM does not care";
  EXPECT_TRUE(Kept(kHalfGiB, {"/app"}, {"GOMEMLIMIT=off"}));
  EXPECT_TRUE(Kept(kHalfGiB, {"/app"}, {"GOMEMLIMIT=400MiB", "GOGC=off"}));
}

TEST(RuntimeHeapFits, AGoProgramThatNeverCollectsHasNoBound) {
  for (const List& env : {List{"GOGC=off"}, List{"GOGC=off", "GOMEMLIMIT=off"}}) {
    const Violation violation = Broken(kHalfGiB, {"/app"}, env);
    EXPECT_EQ(
        violation.fact,
        "GOGC=off without GOMEMLIMIT: garbage is never collected, so the heap of a Go program "
        "grows until the 512 MiB limit kills it");
    EXPECT_EQ(violation.advice, "set GOMEMLIMIT=486MiB beside GOGC=off, or leave GOGC unset");
  }
}

TEST(RuntimeHeapFits, ARedisThatSavesNeedsRoomForItsFork) {
  EXPECT_TRUE(Kept(Mebibytes(300), {"redis-server", "--maxmemory", "200mb"}));
  const Violation violation = Broken(Mebibytes(300), {"redis-server", "--maxmemory", "201mb"});
  EXPECT_EQ(violation.fact,
            "the server is started with --maxmemory 201mb: 201 MiB, 67 % of the 300 MiB limit; "
            "policy accepts 200 MiB, since saving forks, and what is written meanwhile is held "
            "twice");
  EXPECT_EQ(violation.advice,
            "start it with --save \"\" --appendonly no if nothing need be kept; else start it with "
            "--maxmemory 200mb, or raise the limit: docker run --memory 302m ...");
  const List unsaved = {"redis-server", "--maxmemory", "270mb", "--save", ""};
  EXPECT_TRUE(Kept(Mebibytes(300), unsaved));
  EXPECT_TRUE(Kept(Mebibytes(300), {"redis-server", "/redis.conf", "--maxmemory", "270mb"}))
      << "what the file says of saving is not known";
  EXPECT_TRUE(
      IsSatisfied(Judge(kRule, Container(Mebibytes(300), {"valkey-server", "--maxmemory", "250mb"}),
                        {{"redis_fork_share", 0.1}})));
}

TEST(RuntimeHeapFits, ARedisWithoutSavingKeepsATenth) {
  const Violation violation =
      Broken(Mebibytes(300), {"redis-server", "--maxmemory", "271mb", "--save", ""});
  EXPECT_EQ(violation.fact,
            "the server is started with --maxmemory 271mb: 271 MiB, 90 % of the 300 MiB limit; "
            "policy accepts 270 MiB, since buffers and fragmented pages come on top");
  EXPECT_EQ(violation.advice,
            "start it with --maxmemory 270mb, or raise the limit: docker run --memory 302m ...");
}

TEST(RuntimeHeapFits, ARedisIsOnlyToldToHaveNoBoundWhereItsLineSaysSo) {
  EXPECT_TRUE(Kept(kHalfGiB, {"redis-server"}));
  EXPECT_TRUE(Kept(kHalfGiB, {"redis-server", "/redis.conf"}));
  const Violation violation = Broken(kHalfGiB, {"redis-server", "--maxmemory", "0"});
  EXPECT_NE(violation.fact.find("--maxmemory 0, no bound"), std::string::npos) << violation.fact;
  EXPECT_EQ(violation.advice, "start it with --maxmemory 341mb");
}

TEST(RuntimeHeapFits, HalfOfTheLimitMayBeSharedBuffers) {
  EXPECT_TRUE(Kept(kHalfGiB, {"postgres", "-c", "shared_buffers=256MB"}));
  const Violation violation = Broken(kHalfGiB, {"docker-entrypoint.sh", "postgres", "-B", "32769"});
  EXPECT_EQ(violation.fact,
            "postgres is started with -B 32769: 256 MiB, 50 % of the 512 MiB limit; policy accepts "
            "256 MiB, since sorts, hashes and the page cache need the rest");
  EXPECT_EQ(violation.advice,
            "start it with -c shared_buffers=256MB, or raise the limit: docker run --memory 513m "
            "...");
  EXPECT_TRUE(Kept(kHalfGiB, {"postgres", "-c", "shared_buffers=400MB", "-c", "huge_pages=on"}))
      << "huge pages are not counted in memory.max";
  EXPECT_TRUE(Kept(kHalfGiB, {"postgres"})) << "the defaults are not the container's doing";
}

TEST(RuntimeHeapFits, WorkMemOfEveryConnectionFitsBesideTheBuffers) {
  const List fits = {"postgres", "-c", "shared_buffers=112MB", "-c", "work_mem=4MB"};
  EXPECT_TRUE(Kept(kHalfGiB, fits)) << "112 and 100 times 4";
  const Violation violation =
      Broken(kHalfGiB, {"postgres", "-c", "shared_buffers=112MB", "-c", "work_mem=5MB"});
  EXPECT_EQ(violation.fact,
            "postgres may hold 5 MiB of work_mem in each of 100 connections, beside 112 MiB of "
            "shared_buffers: 612 MiB, 120 % of the 512 MiB limit");
  EXPECT_EQ(violation.advice,
            "start it with -c work_mem=4096kB, or raise the limit: docker run --memory 612m ...");
  const Violation connections = Broken(kHalfGiB, {"postgres", "-N", "200"});
  EXPECT_EQ(connections.advice,
            "start it with -c max_connections=96, or raise the limit: docker run --memory 928m "
            "...");
  EXPECT_TRUE(IsSatisfied(Judge(kRule, Container(kHalfGiB, {"postgres", "-N", "200"}),
                                {{"postgres_busy_share", 0.25}})));
}

TEST(RuntimeHeapFits, AParallelHashNeedsItsWorkMemOnDevShm) {
  // /dev/shm of these facts is 32 MiB; two workers and the leader share the table.
  const auto line = [](const char* work_mem) {
    return List{"postgres", "-N", "10", "-c", std::string("work_mem=") + work_mem};
  };
  EXPECT_TRUE(Kept(kHalfGiB, line("10MB")));
  const Violation violation = Broken(kHalfGiB, line("16MB"));
  EXPECT_EQ(violation.fact,
            "postgres is started with work_mem=16MB, so a parallel hash join may need 48 MiB on "
            "/dev/shm, which holds 32 MiB");
  EXPECT_EQ(violation.advice, "docker run --shm-size 48m ...");
  List sysv = line("16MB");
  sysv.insert(sysv.end(), {"-c", "dynamic_shared_memory_type=sysv"});
  EXPECT_TRUE(Kept(kHalfGiB, sysv));
  List serial = line("16MB");
  serial.insert(serial.end(), {"-c", "max_parallel_workers_per_gather=0"});
  EXPECT_TRUE(Kept(kHalfGiB, serial));
  EXPECT_TRUE(Kept(kHalfGiB, {"postgres", "-c", "shared_buffers=250MB"}))
      << "shared_buffers do not lie on /dev/shm";
  ContainerFacts facts = Container(kHalfGiB, line("16MB"));
  facts.shm = std::nullopt;
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
}

TEST(RuntimeHeapFits, TellsOfPostgresMemoryAndItsShmAtOnce) {
  const Violation violation = Broken(kHalfGiB, {"postgres", "-c", "work_mem=64MB"});
  EXPECT_NE(violation.fact.find("; also postgres is started with work_mem=64MB"), std::string::npos)
      << violation.fact;
  EXPECT_NE(violation.advice.find("--shm-size 192m"), std::string::npos) << violation.advice;
}

TEST(RuntimeHeapFits, TheSharesArePolicys) {
  const ParameterValues loose = {{"heap_share", 1.0},
                                 {"jvm_overhead", Bytes{1}},
                                 {"go_share", 1.0},
                                 {"redis_share", 1.0},
                                 {"postgres_share", 1.0}};
  const auto judge = [&loose](List args, List env = {}) {
    return Judge(kRule, Container(kHalfGiB, std::move(args), std::move(env)), loose);
  };
  EXPECT_TRUE(IsSatisfied(judge({"java", "-Xmx511m"})));
  EXPECT_FALSE(IsSatisfied(judge({"java", "-Xmx512m"})));
  EXPECT_TRUE(IsSatisfied(judge({"node", "--max-old-space-size=512", "a.js"})));
  EXPECT_TRUE(IsSatisfied(judge({"/app"}, {"GOMEMLIMIT=512MiB"})));
  EXPECT_FALSE(IsSatisfied(judge({"/app"}, {"GOMEMLIMIT=513MiB"})));
  EXPECT_TRUE(IsSatisfied(judge({"redis-server", "--maxmemory", "512mb", "--save", ""})));
  EXPECT_TRUE(IsSatisfied(judge({"postgres", "-c", "shared_buffers=512MB"})));
}

TEST(RuntimeHeapFits, NothingRecognisedIsNothingWrong) {
  EXPECT_TRUE(Kept(kHalfGiB, {"nginx", "-g", "daemon off;"}, {"PATH=/bin", "PASSWORD=-Xmx9g"}));
  EXPECT_TRUE(Kept(Bytes{1}, {"sleep", "1"}));
  ContainerFacts unlimited = Container(kHalfGiB, {"sleep", "1"});
  unlimited.cgroup.limits.max = Limit::Unlimited();
  EXPECT_TRUE(IsSatisfied(Judge(kRule, unlimited)));
}

TEST(RuntimeHeapFits, WithoutALimitOrACommandLineThereIsNothingToCompare) {
  ContainerFacts facts = Container(kHalfGiB, {"java", "-Xmx512m"});
  facts.cgroup.limits.max = Limit::Unlimited();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts.cgroup.limits.max = std::nullopt;
  facts.ancestors.clear();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  EXPECT_TRUE(IsNotJudged(JudgeOf(kHalfGiB, {})));
}

TEST(RuntimeHeapFits, JudgesFromConfigJsonAlone) {
  ContainerFacts facts;
  facts.source = FactsSource::kConfig;
  facts.engine.engine = "runc";
  facts.cgroup.limits.max = Limit(kHalfGiB);
  facts.process.args = {"java", "-XX:MaxRAMPercentage=90"};
  EXPECT_EQ(ViolationOf(Judge(kRule, facts)).advice, "start it with -XX:MaxRAMPercentage=79");
  facts.cgroup.limits.max = std::nullopt;
  facts.configured_limit = Limit(kHalfGiB);
  facts.process.args = {"java", "-Xmx512m"};
  EXPECT_EQ(ViolationOf(Judge(kRule, facts)).advice,
            "start it with -Xmx409m, or raise the limit: set linux.resources.memory.limit to "
            "671088640 in config.json (and memory.swap, where it is set, to no less)");
}

TEST(RuntimeHeapFits, AdvisesNoLimitAboveTheHostsMemoryAndNoSettingThatDoesNotFit) {
  EXPECT_EQ(Broken(kHalfGiB, {"java", "-Xmx8g"}).advice, "start it with -Xmx409m");
  EXPECT_EQ(Broken(Mebibytes(64), {"java", "-Xmx32m"}).advice,
            "raise the limit: docker run --memory 96m ...");
  EXPECT_EQ(Broken(Mebibytes(64), {"java", "-Xmx99999999999999999999t"}).advice,
            "raise the limit, or give it less to hold");
}

TEST(RuntimeHeapFits, QuotesNothingButTheSettingItself) {
  const List lines[] = {
      {"java", "-Dkey=hunter2", "-Xmx9g", "-jar", "hunter2"},
      {"node", "--title=hunter2", "--max-old-space-size=9999", "hunter2"},
      {"redis-server", "--requirepass", "hunter2", "--maxmemory", "9gb"},
      {"postgres", "-c", "shared_buffers=9GB", "-c", "ssl_passphrase_command=hunter2"},
      {"sh", "-c", "TOKEN=hunter2 java -Xmx9g 'hunter2'"},
  };
  for (const List& line : lines) {
    const Violation violation = Broken(kHalfGiB, line, {"SECRET=hunter2"});
    EXPECT_NE(violation.fact, "") << line[0];
    EXPECT_EQ((violation.fact + violation.advice).find("hunter2"), std::string::npos)
        << violation.fact;
  }
}

TEST(RuntimeHeapFits, SurvivesLimitsAndSharesAtTheEdges) {
  const List lines[] = {{"java", "-Xmx18446744073709551615t", "-XX:MaxDirectMemorySize=9999999t"},
                        {"java", "-XX:MaxRAM=99999999999t", "-XX:MaxRAMPercentage=100"},
                        {"node", "--max-old-space-size=18446744073709551615", "a.js"},
                        {"redis-server", "--maxmemory", "99999999999999999999gb"},
                        {"postgres", "-N", "18446744073709551615", "-S", "9999999999999999999"}};
  const ParameterValues tiny = {{"heap_share", 1e-300},        {"go_share", 1e-300},
                                {"redis_share", 1e-300},       {"redis_fork_share", 1e-300},
                                {"postgres_share", 1e-300},    {"postgres_busy_share", 1e-300},
                                {"jvm_overhead", Bytes{~0ULL}}};
  for (const List& line : lines) {
    for (const Bytes limit : {Bytes{0}, Bytes{1}, Bytes{~0ULL}}) {
      const Violation violation = ViolationOf(Judge(kRule, Container(limit, line), tiny));
      EXPECT_NE(violation.fact, "") << line[1];
      EXPECT_EQ(violation.fact.find('\n'), std::string::npos);
      EXPECT_NE(violation.advice, "");
    }
  }
}

}  // namespace
}  // namespace headroom
