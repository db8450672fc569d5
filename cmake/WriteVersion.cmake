# Run at every build: writes version.cpp anew only when the commit has changed.
execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty=+ --abbrev=12 --exclude=*
  OUTPUT_VARIABLE MLAASIM_GIT_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
execute_process(COMMAND git -C ${SOURCE_DIR} log -1 --format=%cs
  OUTPUT_VARIABLE MLAASIM_COMMIT_DATE OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT MLAASIM_GIT_COMMIT)
  set(MLAASIM_GIT_COMMIT unknown)
endif()
configure_file(${SOURCE_DIR}/cmake/version.cpp.in ${OUTPUT} @ONLY)
