# Flags of our own code, and the two ways to declare it: a room and a test.
add_library(mlaasim_flags INTERFACE)
target_compile_options(mlaasim_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow
  # Designated initialisers name what they set; GCC 12 warns of overlaps in std::string that are not there (GCC bug 105651).
  -Wno-missing-field-initializers -Wno-restrict
  # The same bits whichever clone of a function the loader picks.
  -ffp-contract=off)
if(MLAASIM_WERROR)
  target_compile_options(mlaasim_flags INTERFACE -Werror)
endif()
if(MLAASIM_SANITIZE)
  target_compile_options(mlaasim_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(mlaasim_flags INTERFACE -fsanitize=address,undefined)
endif()

# mlaasim_room(NAME PURPOSE text [PUBLIC libs...] [PRIVATE libs...]): a library of all .cpp files of the current folder. It is installed
# as the component NAME, mlaasim::NAME, with the folder's headers.
function(mlaasim_room name)
  cmake_parse_arguments(ROOM "" "PURPOSE" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(mlaasim_${name} STATIC ${sources})
  target_include_directories(mlaasim_${name} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/src> $<INSTALL_INTERFACE:${mlaasim_headers}>)
  target_compile_features(mlaasim_${name} PUBLIC cxx_std_20)
  # Whoever uses the room compiles what stands in its headers to the same bits.
  target_compile_options(mlaasim_${name} INTERFACE -ffp-contract=off)
  target_link_libraries(mlaasim_${name} PUBLIC ${ROOM_PUBLIC} PRIVATE $<BUILD_INTERFACE:mlaasim_flags> ${ROOM_PRIVATE})
  mlaasim_install_room(${name})
endfunction()
