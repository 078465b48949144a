# Removes what `cmake --install` wrote, by its list of files (-DMANIFEST=...), unless something of this machine still
# calls Headroom's programs: an engine would start no container then. Nor while its units are active: headroomd would
# stay armed with no program behind it to start again. Below /etc everything stays, as people change it.
if(NOT EXISTS "${MANIFEST}")
  message(FATAL_ERROR "${MANIFEST} is not there, expected the list of files that cmake --install keeps: nothing was installed from this build folder")
endif()
file(STRINGS "${MANIFEST}" installed)

foreach(file IN LISTS installed)
  if(file MATCHES "/bin/headroom$" AND EXISTS "$ENV{DESTDIR}${file}")
    execute_process(COMMAND "$ENV{DESTDIR}${file}" uninstall RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
    if(NOT status EQUAL 0)
      message(FATAL_ERROR "nothing was removed:\n${said}")
    endif()
  endif()
endforeach()

# Those that can be enabled, and those that are started for want of them, of which there is no unit file to disable. Under
# DESTDIR the machine's own are others. Without systemctl, and where none is active, the status is not 0; it is 0 where
# one of them is.
set(installed_units headroomd.service headroomd.socket headroom-guardian.service headroom-pre-kill.socket)
set(started_units headroomd-embedded.service headroom-guardian-embedded.service)
if("$ENV{DESTDIR}" STREQUAL "")
  execute_process(COMMAND systemctl is-active --quiet ${installed_units} ${started_units}
                  RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(status EQUAL 0)
    list(JOIN installed_units " " installed_units)
    list(JOIN started_units " " started_units)
    message(FATAL_ERROR "nothing was removed, as Headroom still runs; first type:\n"
                        "  systemctl disable --now ${installed_units}\n  systemctl stop ${started_units}")
  endif()
endif()

foreach(file IN LISTS installed)
  if(NOT file MATCHES "^/etc/")
    file(REMOVE "$ENV{DESTDIR}${file}")
    message(STATUS "removed $ENV{DESTDIR}${file}")
  endif()
endforeach()
