// What decides the bits of a run beside its scenario: the name under which golden rows are kept.
#pragma once

#include <cstdlib>
#include <regex>
#include <string>

#if __has_include(<gnu/libc-version.h>)
#include <gnu/libc-version.h>
#endif

namespace mlaasim::testing {

/// Name and major version of the compiler that builds tests and program: "gcc12".
inline std::string compiler() {
#if defined(__clang__)
    return "clang" + std::to_string(__clang_major__);
#elif defined(__GNUC__)
    return "gcc" + std::to_string(__GNUC__);
#else
    return "unknowncompiler";
#endif
}

/// Name and version of the C library, whose `exp` and `log` the program calls: "glibc2.36".
inline std::string c_library() {
#if defined(__GLIBC__)
    return std::string{"glibc"} + ::gnu_get_libc_version();
#else
    return "unknownlibc";
#endif
}

/// The processor's maker: "amd", "intel" or "other". MKL does as it is told on Intel's processors and chooses by itself
/// elsewhere.
inline std::string processor_maker() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_is("intel") ? "intel" : __builtin_cpu_is("amd") ? "amd" : "other";
#else
    return "other";
#endif
}

/// From the text of `mlaasim --version`, e.g. "AVX3-AVX512-amd-torch2.15.0-gcc12-glibc2.36": instruction set of the
/// fused kernels and of LibTorch, maker of the processor, version of LibTorch, compiler, C library. Empty when the text
/// does not name them.
inline std::string golden_key(const std::string& version_text) {
    static const std::regex pattern{R"(LibTorch (\S+) on (\S+), fused kernels (\w+))"};
    std::smatch parts;
    if (!std::regex_search(version_text, parts, pattern)) {
        return {};
    }
    return parts.str(3) + "-" + parts.str(2) + "-" + processor_maker() + "-torch" + parts.str(1) + "-" + compiler() +
           "-" + c_library();
}

}  // namespace mlaasim::testing
