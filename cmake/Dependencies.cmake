# Everything comes from Debian packages; docs/decisions/002-dependencies.md has the reasons.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
set(ZLIB_USE_STATIC_LIBS ON)  # the hook is static, and the rest needs one library less at run time
find_package(ZLIB REQUIRED)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
find_library(SECCOMP_ARCHIVE libseccomp.a REQUIRED)  # the archive: one library less at run time
if(BUILD_TESTING)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

# fmt is linked as an archive, so that no program of ours needs it at load time: the hook is
# started once a container, and every shared library costs it a share of its budget.
add_library(headroom_fmt STATIC cmake/fmt/compiled_half.cc)
# Without locales, which no format of ours asks for ("{:L}"): std::locale alone brings 700 kB of
# libstdc++ into a static program, and page faults at its start.
target_compile_definitions(headroom_fmt PRIVATE "FMT_STATIC_THOUSANDS_SEPARATOR=','")
