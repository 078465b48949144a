#include "container/engine/aliases.h"

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "container/engine/engine.h"
#include "container/field_reader.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto labels = ParseLabels(text, "labels");
  if (!labels) return;
  const auto aliases = AliasesOf({}, *labels, PodOf("docker", {}, *labels));
  Require(aliases == AliasesOf(*labels, {}, PodOf("docker", *labels, {})));
  // What is written into a record reads back, and is found by itself.
  const nlohmann::json record = {{"aliases", aliases}};
  Status status;
  FieldReader reader(record, "record", status);
  Require(ReadAliases(reader) == aliases && status.has_value());
  for (const std::string& alias : aliases) {
    Require(FitOfName(alias, alias) >= NameFit::kPart);
    Require(FitOfName(alias, alias.substr(0, 1)) >= NameFit::kPrefix);
    Require(!IsWithin(alias, alias));
  }
}
