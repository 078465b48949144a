# Generates the table behind AllRules(): a rule is one file under rules/ with one test beside it.
# rules/shm_sized.cc defines `extern constinit const Rule kShmSized`.

function(headroom_rule_table output)
  file(GLOB rules CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/rules/*.cc)
  list(FILTER rules EXCLUDE REGEX "_test\\.cc$")
  if(NOT rules)
    message(FATAL_ERROR "policy/rules/ holds no rule")
  endif()
  set(declarations "")
  set(rows "")
  foreach(rule IN LISTS rules)
    get_filename_component(stem ${rule} NAME_WE)
    if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/rules/${stem}_test.cc)
      message(FATAL_ERROR "policy/rules/${stem}.cc has no ${stem}_test.cc beside it")
    endif()
    string(REPLACE "_" ";" words ${stem})
    set(symbol "k")
    foreach(word IN LISTS words)
      string(SUBSTRING ${word} 0 1 first)
      string(SUBSTRING ${word} 1 -1 rest)
      string(TOUPPER ${first} first)
      string(APPEND symbol "${first}${rest}")
    endforeach()
    string(APPEND declarations "extern const Rule ${symbol};\n")
    string(APPEND rows "    &${symbol},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
// Generated from the names of the files under policy/rules/.
#include <array>

#include "policy/rule.h"

namespace headroom {

@declarations@
namespace {
constexpr std::array kRules = {
@rows@};
}  // namespace

std::span<const Rule* const> AllRules() { return kRules; }

}  // namespace headroom
]])
endfunction()
