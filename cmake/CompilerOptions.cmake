option(HEADROOM_WERROR "Warnings are errors" ON)
option(HEADROOM_FUZZ "Build the fuzzers (clang only)" OFF)
option(HEADROOM_BENCHMARKS "Build the benchmarks" OFF)
set(HEADROOM_SANITIZE "" CACHE STRING "Value for -fsanitize=, or empty")

add_library(headroom_options INTERFACE)
target_include_directories(headroom_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(headroom_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Wundef -Wformat=2
  -Wno-missing-field-initializers # designated initialisers leave the rest at its defaults on purpose
  -fstack-protector-strong -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # At -O2 and above, g++ 12 warns about `"x" + std::string` inside its own headers (GCC bug 105651).
  target_compile_options(headroom_options INTERFACE -Wno-restrict)
endif()
if(HEADROOM_WERROR)
  target_compile_options(headroom_options INTERFACE -Werror)
endif()
if(HEADROOM_SANITIZE)
  target_compile_options(headroom_options INTERFACE -fsanitize=${HEADROOM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(headroom_options INTERFACE -fsanitize=${HEADROOM_SANITIZE})
endif()
if(HEADROOM_FUZZ)
  # Coverage for the libraries; the fuzzers themselves add the driver.
  target_compile_options(headroom_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12 offers std::expected from this feature-test value on, and clang reports a lower one.
  target_compile_options(headroom_options INTERFACE -Wno-builtin-macro-redefined -D__cpp_concepts=202002L
    # The same libstdc++ uses get_temporary_buffer inside stable_sort.
    -Wno-deprecated-declarations)
endif()
