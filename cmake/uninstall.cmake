# Removes what `cmake --install` wrote, by its list of files (-DMANIFEST=...), unless something of this machine still
# calls Headroom's programs: an engine would start no container then. Below /etc everything stays, as people change it.
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

foreach(file IN LISTS installed)
  if(NOT file MATCHES "^/etc/")
    file(REMOVE "$ENV{DESTDIR}${file}")
    message(STATUS "removed $ENV{DESTDIR}${file}")
  endif()
endforeach()
