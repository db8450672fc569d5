// The kinds of data sources, each in the file of its name.
#include <array>

#include "sim/data/sources/data_source.hpp"

namespace mlaasim::sim {

Kind<DataSource> automatic_source();
Kind<DataSource> synthetic_digits_source();
Kind<DataSource> synthetic_sensors_source();
Kind<DataSource> mnist_source();
Kind<DataSource> fashion_mnist_source();
Kind<DataSource> files_source();

std::span<const Kind<DataSource>> data_source_kinds() {
    static const std::array kinds{
        automatic_source(), synthetic_digits_source(), synthetic_sensors_source(),
        mnist_source(),     fashion_mnist_source(),    files_source(),
    };
    return kinds;
}

void declare(OptionVisitor& visitor, DataOptions& options) {
    visitor.kind_beside("source", options.source, data_source_kinds(),
                        {.doc = "Data set; the folder of its files is given by --data or MLAASIM_DATA"});
}

}  // namespace mlaasim::sim
