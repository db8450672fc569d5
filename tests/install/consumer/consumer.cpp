#include <iostream>

#include "composition/confidence.hpp"
#include "fl/engine.hpp"
#include "sim/core/random.hpp"

int main() {
    using namespace mlaasim;
    sim::RandomStream stream{sim::Seed{1}, sim::Purpose::test, 2, 3};
    std::cout << std::hexfloat << stream.uniform() << '\n'
              << composition::confidence_kinds().front().word << '\n'
              << fl::fused_instruction_set() << '\n';
}
