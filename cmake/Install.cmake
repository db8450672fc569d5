# What `cmake --install` puts where: the program with what it runs on (component program), and the rooms for find_package(mlaasim)
# (component development). docs/install.md is the user's side of it.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(mlaasim_headers ${CMAKE_INSTALL_INCLUDEDIR}/mlaasim)
set(mlaasim_package ${CMAKE_INSTALL_LIBDIR}/cmake/mlaasim)
set(mlaasim_libtorch ${CMAKE_INSTALL_LIBDIR}/mlaasim)
set(mlaasim_pages ${CMAKE_BINARY_DIR}/generated/pages)

set(readable OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

# A LibTorch of the system is there for every user; one in a cache or in a home folder is not.
file(REAL_PATH ${LibTorch_CPU_LIBRARY} libtorch_folder)
get_filename_component(libtorch_folder ${libtorch_folder} DIRECTORY)
set(libtorch_is_own ON)
if(libtorch_folder IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
  set(libtorch_is_own OFF)
endif()
option(MLAASIM_INSTALL_LIBTORCH "Install LibTorch with the program; OFF: the program finds it where it is now" ${libtorch_is_own})

# mlaasim_install_folder(FOLDER COMPONENT): makes a folder below the prefix that others can read, whatever the umask of who installs. A
# folder that is there already stays as it is.
function(mlaasim_install_folder folder component)
  string(REPLACE "/" ";" parts "${folder}")
  install(CODE "
    set(mlaasim_path \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
    foreach(mlaasim_part IN ITEMS . ${parts})
      string(APPEND mlaasim_path \"/\${mlaasim_part}\")
      if(NOT EXISTS \"\${mlaasim_path}\")
        file(MAKE_DIRECTORY \"\${mlaasim_path}\")
        file(CHMOD \"\${mlaasim_path}\" PERMISSIONS ${readable})
      endif()
    endforeach()" COMPONENT ${component})
endfunction()

# mlaasim_install_files(FOLDER COMPONENT FILE...) and mlaasim_install_tree(FOLDER COMPONENT SOURCE).
function(mlaasim_install_files folder component)
  mlaasim_install_folder(${folder} ${component})
  install(FILES ${ARGN} DESTINATION ${folder} COMPONENT ${component})
endfunction()
function(mlaasim_install_tree folder component source)
  mlaasim_install_folder(${folder} ${component})
  install(DIRECTORY ${source} DESTINATION ${folder} COMPONENT ${component} DIRECTORY_PERMISSIONS ${readable})
endfunction()

# mlaasim_install_room(NAME): called by mlaasim_room.
function(mlaasim_install_room name)
  add_library(mlaasim::${name} ALIAS mlaasim_${name})
  set_target_properties(mlaasim_${name} PROPERTIES EXPORT_NAME ${name})
  mlaasim_install_folder(${CMAKE_INSTALL_LIBDIR} development)
  install(TARGETS mlaasim_${name} EXPORT mlaasimTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
  # File by file: install(DIRECTORY) would make the folders that have no header, too.
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.hpp)
  foreach(header IN LISTS headers)
    get_filename_component(below ${header} DIRECTORY)
    mlaasim_install_files(${mlaasim_headers}/${folder}/${below} development ${CMAKE_CURRENT_SOURCE_DIR}/${header})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY MLAASIM_ROOMS ${name})
endfunction()

# LibTorch's libraries, and what they need that the system does not have.
function(mlaasim_install_libtorch)
  mlaasim_install_folder(${mlaasim_libtorch} program)
  install(IMPORTED_RUNTIME_ARTIFACTS LibTorch::LibTorch LibTorch::c10 RUNTIME_DEPENDENCY_SET libtorch
    LIBRARY DESTINATION ${mlaasim_libtorch} COMPONENT program)
  install(RUNTIME_DEPENDENCY_SET libtorch POST_EXCLUDE_REGEXES "^/(usr/)?lib"
    LIBRARY DESTINATION ${mlaasim_libtorch} COMPONENT program)
  # The wheel's licences lie beside it.
  file(GLOB licences ${libtorch_folder}/../../*.dist-info/licenses)
  foreach(licence IN LISTS licences)
    string(REGEX REPLACE ".*/([^/]*)\\.dist-info/licenses$" "\\1" part ${licence})
    mlaasim_install_tree(${CMAKE_INSTALL_DOCDIR}/licenses/${part} program ${licence}/)
  endforeach()
endfunction()

# Completion and manual page are made by the program from its own declarations.
function(mlaasim_install_pages target)
  # Made now: root may install what another user has built and installs again.
  file(MAKE_DIRECTORY ${mlaasim_pages})
  install(CODE "
    file(REMOVE \"${mlaasim_pages}/mlaasim\" \"${mlaasim_pages}/_mlaasim\" \"${mlaasim_pages}/mlaasim.1\")
    set(mlaasim_program \"$<TARGET_FILE:${target}>\")
    execute_process(COMMAND \${mlaasim_program} completion bash OUTPUT_FILE \"${mlaasim_pages}/mlaasim\" COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND \${mlaasim_program} completion zsh OUTPUT_FILE \"${mlaasim_pages}/_mlaasim\" COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND \${mlaasim_program} manual OUTPUT_FILE \"${mlaasim_pages}/mlaasim.1\" COMMAND_ERROR_IS_FATAL ANY)
    " COMPONENT program)
  mlaasim_install_files(${CMAKE_INSTALL_DATADIR}/bash-completion/completions program ${mlaasim_pages}/mlaasim)
  mlaasim_install_files(${CMAKE_INSTALL_DATADIR}/zsh/site-functions program ${mlaasim_pages}/_mlaasim)
  mlaasim_install_files(${CMAKE_INSTALL_MANDIR}/man1 program ${mlaasim_pages}/mlaasim.1)
endfunction()

# mlaasim_install_program(TARGET)
function(mlaasim_install_program target)
  file(RELATIVE_PATH to_libtorch /${CMAKE_INSTALL_BINDIR} /${mlaasim_libtorch})
  if(MLAASIM_INSTALL_LIBTORCH)
    set(rpath "$ORIGIN/${to_libtorch}")
    mlaasim_install_libtorch()
  elseif(libtorch_is_own)
    set(rpath ${libtorch_folder})
  endif()
  # Libraries of the system that lie where the loader does not look, such as an MPI under /opt.
  foreach(library IN LISTS MPI_C_LIBRARIES HDF5_C_LIBRARIES HIGHWAY_LIBRARY)
    if(IS_ABSOLUTE "${library}")
      file(REAL_PATH ${library} library)
      get_filename_component(folder ${library} DIRECTORY)
      if(NOT folder IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
        list(APPEND rpath ${folder})
      endif()
    endif()
  endforeach()
  list(REMOVE_DUPLICATES rpath)
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "${rpath}")
  mlaasim_install_folder(${CMAKE_INSTALL_BINDIR} program)
  install(TARGETS ${target} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
  mlaasim_install_pages(${target})
  mlaasim_install_files(${CMAKE_INSTALL_DOCDIR} program ${CMAKE_SOURCE_DIR}/LICENSE)
  mlaasim_install_tree(${CMAKE_INSTALL_DOCDIR} program ${CMAKE_SOURCE_DIR}/docs/)
  mlaasim_install_tree(${CMAKE_INSTALL_DATADIR}/mlaasim program ${CMAKE_SOURCE_DIR}/experiments)
endfunction()

# mlaasim_install_package(): the CMake package of all rooms; after the last of them.
function(mlaasim_install_package)
  get_property(rooms GLOBAL PROPERTY MLAASIM_ROOMS)
  set(generated ${CMAKE_BINARY_DIR}/generated)
  configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/mlaasimConfig.cmake.in ${generated}/mlaasimConfig.cmake
    INSTALL_DESTINATION ${mlaasim_package} PATH_VARS mlaasim_libtorch)
  write_basic_package_version_file(${generated}/mlaasimConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  mlaasim_install_files(${mlaasim_package} development
    ${generated}/mlaasimConfig.cmake ${generated}/mlaasimConfigVersion.cmake
    ${CMAKE_SOURCE_DIR}/cmake/Dependencies.cmake ${CMAKE_SOURCE_DIR}/cmake/FindHighway.cmake
    ${CMAKE_SOURCE_DIR}/cmake/FindLibTorch.cmake ${CMAKE_SOURCE_DIR}/cmake/FindRandom123.cmake
    ${CMAKE_SOURCE_DIR}/cmake/FindLibZip.cmake ${CMAKE_SOURCE_DIR}/cmake/FindxxHash.cmake)
  install(EXPORT mlaasimTargets NAMESPACE mlaasim:: DESTINATION ${mlaasim_package} COMPONENT development)
endfunction()
