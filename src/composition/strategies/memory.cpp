#include "composition/strategies/memory.hpp"

namespace mlaasim::composition {

void StrategyMemory::archive(Archive& archive) {
    archive.services("adapted_before", adapted_before);
    std::vector<double> learnt;
    if (!archive.loads()) {
        learnt = policy->export_state();
    }
    archive.numbers("bandit", learnt);
    if (archive.loads()) {
        policy->import_state(learnt);
    }
}

}  // namespace mlaasim::composition
