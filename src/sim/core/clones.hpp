// One binary, the best instructions of the machine it runs on: for loops whose results are the same in every clone.
#pragma once

// Floating-point loops qualify when nothing is reassociated or contracted (-ffp-contract=off). Sanitizers run before
// the resolvers that clones need.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define MLAASIM_CLONES __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define MLAASIM_CLONES
#endif
