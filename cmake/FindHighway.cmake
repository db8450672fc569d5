# Defines Highway::Highway. Ubuntu 22.04's package has no CMake files.
find_path(HIGHWAY_INCLUDE_DIR hwy/highway.h)
find_library(HIGHWAY_LIBRARY hwy)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Highway REQUIRED_VARS HIGHWAY_LIBRARY HIGHWAY_INCLUDE_DIR)
if(Highway_FOUND AND NOT TARGET Highway::Highway)
  add_library(Highway::Highway UNKNOWN IMPORTED)
  set_target_properties(Highway::Highway PROPERTIES
    IMPORTED_LOCATION ${HIGHWAY_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${HIGHWAY_INCLUDE_DIR})
endif()
mark_as_advanced(HIGHWAY_INCLUDE_DIR HIGHWAY_LIBRARY)
