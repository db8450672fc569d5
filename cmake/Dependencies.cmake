# Third-party parts of the rooms; docs/dependencies.md says why each is here. All but LibTorch are Debian and Ubuntu packages.
#
# mlaasim_dependency(TARGET PACKAGE ...): what a room links, and how find_package gets it. Read twice, with a meaning of its own each
# time: by the build, which needs all of them, and by the installed package, which needs those of the rooms that are asked for.
mlaasim_dependency(Threads::Threads Threads)
mlaasim_dependency(MPI::MPI_C MPI COMPONENTS C)
set(HDF5_PREFER_PARALLEL OFF)
mlaasim_dependency(HDF5::HDF5 HDF5 COMPONENTS C)
mlaasim_dependency(Eigen3::Eigen Eigen3 3.3 NO_MODULE)
mlaasim_dependency(Boost::headers Boost 1.71)
mlaasim_dependency(Boost::program_options Boost 1.71 COMPONENTS program_options)
mlaasim_dependency(yaml-cpp::yaml-cpp yaml-cpp)
mlaasim_dependency(fmt::fmt fmt)
mlaasim_dependency(nlohmann_json::nlohmann_json nlohmann_json)
mlaasim_dependency(ZLIB::ZLIB ZLIB)
mlaasim_dependency(LibZip::LibZip LibZip)
mlaasim_dependency(PNG::PNG PNG)
mlaasim_dependency(OpenSSL::Crypto OpenSSL COMPONENTS Crypto)
mlaasim_dependency(xxHash::xxHash xxHash)
mlaasim_dependency(Random123::Random123 Random123)
mlaasim_dependency(Highway::Highway Highway)
mlaasim_dependency(LibTorch::LibTorch LibTorch)

# yaml-cpp before 0.8 has no name space.
if(TARGET yaml-cpp AND NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp INTERFACE IMPORTED)
  target_link_libraries(yaml-cpp::yaml-cpp INTERFACE yaml-cpp)
endif()
