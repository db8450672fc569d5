#include "sim/data/sources/idx_source.hpp"

namespace mlaasim::sim {
namespace {

struct Mnist final : DataSource {
    [[nodiscard]] KnownData known() const override { return known_idx(); }
    [[nodiscard]] FoundData find(const std::filesystem::path& data_folder) const override {
        return find_idx({.source = "mnist", .usual = "mnist", .of_torchvision = "MNIST/raw"}, data_folder);
    }
};

void declare(OptionVisitor& /*visitor*/, Mnist& /*options*/) {}

}  // namespace

Kind<DataSource> mnist_source() {
    return Kind<DataSource>::of<Mnist>("mnist", "MNIST from IDX files of the data folder");
}

}  // namespace mlaasim::sim
