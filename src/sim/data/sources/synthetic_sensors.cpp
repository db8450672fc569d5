#include "sim/data/synthetic_sensors.hpp"

#include "sim/data/sources/generated.hpp"

namespace mlaasim::sim {
namespace {

struct SyntheticSensors final : GeneratedSource {
private:
    [[nodiscard]] SampleShape shape() const override { return {9, 1, 128}; }
    [[nodiscard]] std::uint32_t classes() const override { return 6; }
    [[nodiscard]] Generator generator() const override { return generate_synthetic_sensors; }
    [[nodiscard]] std::uint32_t version() const override { return synthetic_sensors_version; }
};

void declare(OptionVisitor& visitor, SyntheticSensors& options) { declare(visitor, options.samples); }

}  // namespace

Kind<DataSource> synthetic_sensors_source() {
    return Kind<DataSource>::of<SyntheticSensors>("synthetic_sensors",
                                                  "generated windows of a phone's motion sensors, 9 channels x 1 x 128 "
                                                  "time steps, six activities; no files needed");
}

}  // namespace mlaasim::sim
