// The kinds of techniques, each in the file of its name.
#include <array>

#include "tta/techniques/technique.hpp"

namespace mlaasim::tta {

sim::Kind<Technique> batch_norm_technique();
sim::Kind<Technique> tent_technique();
sim::Kind<Technique> memo_technique();
sim::Kind<Technique> lame_technique();
sim::Kind<Technique> rdumb_technique();
sim::Kind<Technique> rotta_technique();

std::span<const sim::Kind<Technique>> technique_kinds() {
    static const std::array kinds{
        batch_norm_technique(), tent_technique(),  memo_technique(),
        lame_technique(),       rdumb_technique(), rotta_technique(),
    };
    return kinds;
}

}  // namespace mlaasim::tta
