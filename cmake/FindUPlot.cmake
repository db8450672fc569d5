# Finds uPlot's script and style sheet, which are built into reports: UPlot_SCRIPT and UPlot_STYLE.
#
# Looked for in UPLOT_ROOT (-D or environment), then in the cache that scripts/fetch-uplot fills. Needed by the build alone.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/uplot-requirements.txt _uplot_pinned REGEX "^# uPlot ")
string(REGEX REPLACE "^# uPlot ([0-9.]*[0-9]).*" "\\1" _uplot_pinned "${_uplot_pinned}")
set(UPLOT_ROOT "" CACHE PATH "Folder with uplot.iife.min.js and uplot.min.css")
if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(_uplot_cache $ENV{XDG_CACHE_HOME})
else()
  set(_uplot_cache $ENV{HOME}/.cache)
endif()
set(_uplot_hints ${UPLOT_ROOT} $ENV{UPLOT_ROOT} ${_uplot_cache}/mlaasim/uplot-${_uplot_pinned})

find_file(UPlot_SCRIPT uplot.iife.min.js HINTS ${_uplot_hints} NO_DEFAULT_PATH)
find_file(UPlot_STYLE uplot.min.css HINTS ${_uplot_hints} NO_DEFAULT_PATH)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(UPlot REQUIRED_VARS UPlot_SCRIPT UPlot_STYLE
  REASON_FAILURE_MESSAGE "run scripts/fetch-uplot, or pass -DUPLOT_ROOT=<folder with uplot.iife.min.js and uplot.min.css>")
mark_as_advanced(UPlot_SCRIPT UPlot_STYLE)
