#include "sim/drift/pattern.hpp"

namespace mlaasim::sim {
namespace {

struct Sudden final : DriftPattern {
    [[nodiscard]] double level(std::int64_t /*rounds_since_start*/) const override { return 1.0; }
};

void declare(OptionVisitor& /*visitor*/, Sudden& /*options*/) {}

}  // namespace

Kind<DriftPattern> sudden_pattern() {
    return Kind<DriftPattern>::of<Sudden>("sudden", "full strength from the first round on");
}

}  // namespace mlaasim::sim
