#include "sim/data/sources/generated.hpp"
#include "sim/data/sources/idx_source.hpp"

namespace mlaasim::sim {
namespace {

/// MNIST when there is a data folder, else generated digits, of which it has the options.
struct Automatic final : DataSource {
    GeneratedSamples samples{};

    /// Either has images of one size. How many is known when one of the two is chosen.
    [[nodiscard]] KnownData known() const override { return known_idx(); }

    [[nodiscard]] FoundData find(const std::filesystem::path& data_folder) const override {
        return chosen(data_folder)->find(data_folder);
    }

    [[nodiscard]] std::optional<Chosen<DataSource>> instead(const std::filesystem::path& data_folder) const override {
        return chosen(data_folder);
    }

private:
    [[nodiscard]] Chosen<DataSource> chosen(const std::filesystem::path& data_folder) const {
        if (!data_folder.empty()) {
            return Chosen<DataSource>{mnist_source()};
        }
        Chosen<DataSource> digits{synthetic_digits_source()};
        static_cast<GeneratedSource&>(*digits).samples = samples;
        return digits;
    }
};

void declare(OptionVisitor& visitor, Automatic& options) { declare(visitor, options.samples); }

}  // namespace

Kind<DataSource> automatic_source() {
    return Kind<DataSource>::of<Automatic>("automatic", "MNIST when a data folder is given, else synthetic digits");
}

}  // namespace mlaasim::sim
