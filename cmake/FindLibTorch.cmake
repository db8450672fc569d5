# Finds a LibTorch and defines LibTorch::LibTorch (ATen and c10, CPU only).
#
# Looked for in LIBTORCH_ROOT (-D or environment), then in the cache that scripts/fetch-libtorch fills. Accepts the PyPI
# wheel's torch/ folder, the official CPU archive, and Debian's libtorch-dev. The wheel's own TorchConfig.cmake needs a CUDA
# toolkit even for CPU programs, so it is not used.
#
# LIBTORCH_LIBRARY_FOLDER: where the libraries lie when they do not lie beside the headers. LIBTORCH_HEADERS_OPTIONAL: libraries are enough.
set(LIBTORCH_VERSION_PINNED 2.15.0)
set(LIBTORCH_ROOT "" CACHE PATH "Folder with LibTorch's include/ and lib/")
if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(_libtorch_cache $ENV{XDG_CACHE_HOME})
else()
  set(_libtorch_cache $ENV{HOME}/.cache)
endif()
set(_libtorch_hints ${LIBTORCH_ROOT} $ENV{LIBTORCH_ROOT} ${_libtorch_cache}/mlaasim/libtorch-${LIBTORCH_VERSION_PINNED}/torch)

find_path(LibTorch_INCLUDE_DIR ATen/ATen.h HINTS ${_libtorch_hints} PATH_SUFFIXES include)
find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS ${LIBTORCH_LIBRARY_FOLDER} ${_libtorch_hints} PATH_SUFFIXES lib)
find_library(LibTorch_C10_LIBRARY c10 HINTS ${LIBTORCH_LIBRARY_FOLDER} ${_libtorch_hints} PATH_SUFFIXES lib)
foreach(_libtorch_header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
  if(NOT LibTorch_VERSION AND LibTorch_INCLUDE_DIR AND EXISTS ${LibTorch_INCLUDE_DIR}/${_libtorch_header})
    file(STRINGS ${LibTorch_INCLUDE_DIR}/${_libtorch_header} _libtorch_version REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
    string(REGEX MATCHALL "[0-9]+" _libtorch_version "${_libtorch_version}")
    string(REPLACE ";" "." LibTorch_VERSION "${_libtorch_version}")
  endif()
endforeach()

set(_libtorch_required LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY)
if(NOT LIBTORCH_HEADERS_OPTIONAL)
  list(APPEND _libtorch_required LibTorch_INCLUDE_DIR)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS ${_libtorch_required}
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run scripts/fetch-libtorch, or pass -DLIBTORCH_ROOT=<folder with include/ and lib/>")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::c10 SHARED IMPORTED)
  set_target_properties(LibTorch::c10 PROPERTIES IMPORTED_LOCATION ${LibTorch_C10_LIBRARY})
  add_library(LibTorch::LibTorch SHARED IMPORTED)
  set_target_properties(LibTorch::LibTorch PROPERTIES
    IMPORTED_LOCATION ${LibTorch_CPU_LIBRARY}
    INTERFACE_LINK_LIBRARIES LibTorch::c10)
  if(LibTorch_INCLUDE_DIR)
    set_target_properties(LibTorch::LibTorch PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${LibTorch_INCLUDE_DIR})
  endif()
endif()
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY)
