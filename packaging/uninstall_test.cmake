# Holds cmake/uninstall.cmake to what it promises of units, by a systemctl of our own that says of one whether it is active.
# Usage: cmake -DSOURCE_DIR=... -DWORK=<folder that may be overwritten> -P uninstall_test.cmake
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK})
file(WRITE ${WORK}/bin/systemctl "#!/bin/sh\nfor word; do [ \"$word\" != \"$ACTIVE\" ] || exit 0; done\nexit 3\n")
file(CHMOD ${WORK}/bin/systemctl PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
file(WRITE ${WORK}/manifest "${WORK}/installed\n")
set(ENV{PATH} "${WORK}/bin:$ENV{PATH}")
set(ENV{DESTDIR} "")

# uninstall(UNIT): with that unit active; sets status and said.
function(uninstall unit)
  file(WRITE ${WORK}/installed "")
  set(ENV{ACTIVE} "${unit}")
  execute_process(COMMAND ${CMAKE_COMMAND} -DMANIFEST=${WORK}/manifest -P ${SOURCE_DIR}/cmake/uninstall.cmake
                  RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  set(status ${status} PARENT_SCOPE)
  set(said "${said}" PARENT_SCOPE)
endfunction()

foreach(unit headroomd.service headroomd.socket headroom-guardian.service headroom-pre-kill.socket
             headroomd-embedded.service headroom-guardian-embedded.service)
  uninstall(${unit})
  if(status EQUAL 0 OR NOT EXISTS ${WORK}/installed)
    message(FATAL_ERROR "with ${unit} active: found the files removed, expected a refusal; it said:\n${said}")
  endif()
  if(NOT said MATCHES "systemctl [^\n]*${unit}")
    message(FATAL_ERROR "with ${unit} active it said:\n${said}\nexpected a command that stops ${unit}")
  endif()
endforeach()

uninstall(another.service)
if(NOT status EQUAL 0 OR EXISTS ${WORK}/installed)
  message(FATAL_ERROR "with none of ours active: found a refusal, expected the files removed; it said:\n${said}")
endif()
