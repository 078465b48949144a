# One library target a folder, its tests in one program beside it.

add_custom_target(layer_check
  COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${CMAKE_SOURCE_DIR} -P ${CMAKE_SOURCE_DIR}/cmake/check_layers.cmake
  COMMENT "Checking that no folder includes one below its layer" VERBATIM)

# headroom_library(NAME FOLDER... ) : every .cc below the current folder but tests and mains.
function(headroom_library name)
  cmake_parse_arguments(arg "" "" "DEPENDS;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cc *.h)
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$|/main[a-z_]*\\.cc$|/testing/")
  add_library(headroom_${name} STATIC ${sources})
  set_target_properties(headroom_${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_link_libraries(headroom_${name} PUBLIC headroom_options headroom_fmt Threads::Threads)
  foreach(dependency IN LISTS arg_DEPENDS)
    target_link_libraries(headroom_${name} PUBLIC headroom_${dependency})
  endforeach()
  target_link_libraries(headroom_${name} PRIVATE nlohmann_json::nlohmann_json ${arg_PRIVATE})
  add_dependencies(headroom_${name} layer_check)
  headroom_tests(${name})
endfunction()

# Every *_test.cc below the current folder, in one program, each test registered by its name.
function(headroom_tests name)
  if(NOT BUILD_TESTING)
    return()
  endif()
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS *_test.cc)
  if(NOT tests)
    return()
  endif()
  add_executable(${name}_test ${tests})
  target_link_libraries(${name}_test PRIVATE headroom_${name} nlohmann_json::nlohmann_json headroom_testing headroom_faults GTest::gtest_main)
  target_compile_definitions(${name}_test PRIVATE HEADROOM_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST)
endfunction()

# headroom_program(NAME MAIN.cc DEPENDS ...)
function(headroom_program name main)
  cmake_parse_arguments(arg "STATIC" "" "DEPENDS;PRIVATE" ${ARGN})
  add_executable(${name} ${main})
  foreach(dependency IN LISTS arg_DEPENDS)
    target_link_libraries(${name} PRIVATE headroom_${dependency})
  endforeach()
  target_link_libraries(${name} PRIVATE nlohmann_json::nlohmann_json ${arg_PRIVATE})
  if(arg_STATIC AND NOT HEADROOM_SANITIZE)
    # What nothing refers to is left out: fewer pages to map for every container.
    target_link_options(${name} PRIVATE -static -Wl,--gc-sections)
  endif()
endfunction()
