#include "sim/data/synthetic_digits.hpp"

#include "sim/data/sources/generated.hpp"

namespace mlaasim::sim {
namespace {

struct SyntheticDigits final : GeneratedSource {
private:
    [[nodiscard]] SampleShape shape() const override { return {1, 28, 28}; }
    [[nodiscard]] std::uint32_t classes() const override { return 10; }
    [[nodiscard]] Generator generator() const override { return generate_synthetic_digits; }
    [[nodiscard]] std::uint32_t version() const override { return synthetic_digits_version; }
};

void declare(OptionVisitor& visitor, SyntheticDigits& options) { declare(visitor, options.samples); }

}  // namespace

Kind<DataSource> synthetic_digits_source() {
    return Kind<DataSource>::of<SyntheticDigits>("synthetic_digits", "generated 28x28 digits, no files needed");
}

}  // namespace mlaasim::sim
