// Which of the compiled instruction sets the kernels run on.
#include <hwy/highway.h>

#include "fl/fused/kernels.hpp"

namespace mlaasim::fl::fused {
namespace {

/// A set of targets, each a bit; better ones have lower bits.
using Targets = decltype(hwy::SupportedTargets());
Targets not_chosen = 0;

}  // namespace

std::string target_name() { return target_names().front(); }

std::vector<std::string> target_names() {
    std::vector<std::string> names;
    for (const auto target : hwy::SupportedAndGeneratedTargets()) {
        names.emplace_back(hwy::TargetName(target));
    }
    // To ask has made Highway take the processor's best again.
    hwy::DisableTargets(not_chosen);
    return names;
}

void choose_target(const std::string& name) {
    not_chosen = 0;
    hwy::DisableTargets(not_chosen);
    for (const auto target : hwy::SupportedAndGeneratedTargets()) {
        if (name == hwy::TargetName(target)) {
            not_chosen = target - 1;
        }
    }
    hwy::DisableTargets(not_chosen);
}

}  // namespace mlaasim::fl::fused
