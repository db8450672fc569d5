#include "sim/data/sources/idx_source.hpp"

namespace mlaasim::sim {
namespace {

struct FashionMnist final : DataSource {
    [[nodiscard]] KnownData known() const override { return known_idx(); }
    [[nodiscard]] FoundData find(const std::filesystem::path& data_folder) const override {
        return find_idx({.source = "fashion_mnist", .usual = "fashion-mnist", .of_torchvision = "FashionMNIST/raw"},
                        data_folder);
    }
};

void declare(OptionVisitor& /*visitor*/, FashionMnist& /*options*/) {}

}  // namespace

Kind<DataSource> fashion_mnist_source() {
    return Kind<DataSource>::of<FashionMnist>("fashion_mnist", "Fashion-MNIST from IDX files of the data folder");
}

}  // namespace mlaasim::sim
