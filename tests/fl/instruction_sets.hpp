// Tests of the fused kernels run on each instruction set of this machine.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fl/fused/kernels.hpp"

namespace mlaasim::fl::testing {

/// Runs a check once for each set that the kernels were compiled for and the processor has; the best is in force again
/// afterwards.
template <class Check>
void on_every_instruction_set(Check check) {
    const std::vector<std::string> names = fused::target_names();
    for (const std::string& name : names) {
        fused::choose_target(name);
        SCOPED_TRACE(name);
        check();
    }
    fused::choose_target(names.front());
}

}  // namespace mlaasim::fl::testing
