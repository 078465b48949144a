# Puts the files of profiles/ into the library: the hook reads no file more for them.

function(headroom_profile_texts output)
  file(GLOB profiles CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/profiles/*.json)
  set(rows "")
  foreach(profile IN LISTS profiles)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${profile})
    get_filename_component(name ${profile} NAME_WE)
    file(READ ${profile} text)
    string(APPEND rows "  if (name == \"${name}\") {\n    return R\"profile(${text})profile\";\n  }\n")
  endforeach()
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
// Generated from the files under policy/profiles/.
#include "policy/layers/builtin_profiles.h"

namespace headroom {

std::string_view BuiltInProfileText(std::string_view name) {
@rows@  return "";
}

}  // namespace headroom
]])
endfunction()
