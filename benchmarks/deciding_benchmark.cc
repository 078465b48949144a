// What the hook and the supervisor do once a container or an incident, after all has been read.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>

#include "base/testing/temporary_directory.h"
#include "container/enrolment/enrolment.h"
#include "evidence/recorder.h"
#include "explain/testing/cases.h"
#include "explain/verdict.h"
#include "policy/decide.h"
#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

void Decide(benchmark::State& state) {
  const ContainerFacts facts = FactsOfAContainer();
  const Policy policy;
  for (auto _ : state) {
    auto decision = headroom::Decide(facts, policy);
    benchmark::DoNotOptimize(decision);
  }
}

void EnrolmentParse(benchmark::State& state) {
  const std::string text = SerializeEnrolment(testing_evidence::KillSingle().draft().container);
  for (auto _ : state) {
    auto enrolment = ParseEnrolment(text, "enrolment.json");
    if (!enrolment) state.SkipWithError("the record is malformed");
    benchmark::DoNotOptimize(enrolment);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void EnrolmentSerialize(benchmark::State& state) {
  const Enrolment enrolment = testing_evidence::KillSingle().draft().container;
  for (auto _ : state) {
    auto text = SerializeEnrolment(enrolment);
    benchmark::DoNotOptimize(text);
  }
}

void RecorderAdd(benchmark::State& state) {
  const TemporaryDirectory directory;
  auto recorder = Recorder::Open(directory.path() + "/recorder");
  if (!recorder) {
    state.SkipWithError("the ring cannot be made");
    return;
  }
  Sample sample;
  sample.current = Mebibytes(50);
  sample.anon = Mebibytes(48);
  sample.oom_kill = 0;
  for (auto _ : state) {
    sample.at += std::chrono::milliseconds(100);
    recorder->Add(sample);
  }
}

/// The reference for the next two: the bytes of the evidence copied once.
void EvidenceCopy(benchmark::State& state) {
  const Evidence evidence = testing_evidence::KillSingle().Build();
  for (auto _ : state) {
    auto files = evidence.files;
    benchmark::DoNotOptimize(files);
  }
}

void Explain(benchmark::State& state) {
  const Evidence evidence = testing_evidence::KillSingle().Build();
  for (auto _ : state) {
    auto verdict = headroom::Explain(evidence);
    benchmark::DoNotOptimize(verdict);
  }
}

void ExplainAndWrite(benchmark::State& state) {
  const Evidence evidence = testing_evidence::KillSingle().Build();
  for (auto _ : state) {
    const Verdict verdict = headroom::Explain(evidence);
    auto text = VerdictText(verdict);
    auto json = VerdictJson(verdict);
    benchmark::DoNotOptimize(text);
    benchmark::DoNotOptimize(json);
  }
}

BENCHMARK(Decide);
BENCHMARK(EnrolmentParse);
BENCHMARK(EnrolmentSerialize);
BENCHMARK(RecorderAdd);
BENCHMARK(EvidenceCopy);
BENCHMARK(Explain);
BENCHMARK(ExplainAndWrite);

}  // namespace
}  // namespace headroom
