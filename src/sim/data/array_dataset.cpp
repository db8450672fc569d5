#include "sim/data/array_dataset.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "sim/data/array_values.hpp"

namespace mlaasim::sim {
namespace {

std::string text_of(const SampleShape& shape) {
    return std::to_string(shape.channels) + " x " + std::to_string(shape.height) + " x " + std::to_string(shape.width);
}

/// Images are often kept with their colours last.
bool has_channels_last(const std::vector<std::uint64_t>& shape) {
    return shape.size() == 4 && shape[1] == shape[2] && shape[1] > 4 &&
           (shape[3] == 1 || shape[3] == 3 || shape[3] == 4);
}

SampleShape shape_of(const ArrayReader& samples) {
    const std::vector<std::uint64_t>& shape = samples.header().shape;
    constexpr const char* expected = "samples of shape N x F, N x H x W or N x C x H x W";
    if (shape.size() < 2 || shape.size() > 4) {
        array_problem(samples.place(), "has the shape " + shape_text(shape), expected,
                      "a series of C channels and T steps is C x 1 x T: x[:, :, None, :]");
    }
    if (has_channels_last(shape)) {
        array_problem(samples.place(), "has the shape " + shape_text(shape) + ", with the channels last", expected,
                      "put the channels before the rows: x.transpose(0, 3, 1, 2)");
    }
    const auto extent = [&](std::size_t from_last) {
        return shape.size() > from_last + 1 ? shape[shape.size() - 1 - from_last] : 1;
    };
    constexpr std::uint64_t most = std::uint64_t{1} << 24U;
    if (const std::uint64_t values = value_count({extent(2), extent(1), extent(0)}); values == 0 || values > most) {
        array_problem(samples.place(), "has the shape " + shape_text(shape),
                      "1 to " + std::to_string(most) + " values a sample");
    }
    return {static_cast<std::uint32_t>(extent(2)), static_cast<std::uint32_t>(extent(1)),
            static_cast<std::uint32_t>(extent(0))};
}

std::uint64_t samples_in(const ArrayReader& samples) {
    const std::uint64_t count = samples.header().shape.front();
    if (count == 0 || count > std::numeric_limits<std::uint32_t>::max()) {
        array_problem(samples.place(), "has " + std::to_string(count) + " samples",
                      "1 to " + std::to_string(std::numeric_limits<std::uint32_t>::max()));
    }
    return count;
}

/// How to make bytes of samples of another type.
std::string hint_for_samples(std::string_view descr) {
    const std::string scaled = "((x - low) / (high - low) * 255).round().astype(\"uint8\")";
    if (descr.ends_with("b1")) {
        return "make bytes of them: x.astype(\"uint8\") * 255";
    }
    const bool whole = descr.size() == 3 && (descr[1] == 'i' || descr[1] == 'u');
    return whole ? "if all values are from 0 to 255: x.astype(\"uint8\"); if not: " + scaled
                 : "real numbers can't be read yet; make bytes of them: " + scaled;
}

/// Opens an array of samples and checks what its header says.
ArrayReader open_samples(const ArrayPlace& place) {
    ArrayReader samples{place};
    expect_type(samples, {{"|u1"}}, hint_for_samples(samples.header().descr));
    static_cast<void>(shape_of(samples));
    static_cast<void>(samples_in(samples));
    return samples;
}

template <class Integer>
void append_labels(std::span<const std::uint8_t> bytes, std::uint32_t classes, const ArrayPlace& place,
                   std::vector<std::uint8_t>& labels) {
    for (; !bytes.empty(); bytes = bytes.subspan(sizeof(Integer))) {
        Integer label{};
        std::memcpy(&label, bytes.data(), sizeof label);
        if (std::int64_t{label} < 0 || std::int64_t{label} >= classes) {
            array_problem(place,
                          "has the label " + std::to_string(label) + " of sample " + std::to_string(labels.size()),
                          "0 to " + std::to_string(classes - 1) + ", the numbers of the classes");
        }
        labels.push_back(static_cast<std::uint8_t>(label));
    }
}

/// The labels of `count` samples, each below `classes`.
std::vector<std::uint8_t> read_labels(const ArrayPlace& place, std::uint64_t count, std::uint32_t classes) {
    ArrayReader reader{place};
    expect_type(reader, {{"|u1"}, {"<i4"}, {"<i8"}}, "make whole numbers of them: y.astype(\"int64\")");
    const std::vector<std::uint64_t>& shape = reader.header().shape;
    if (shape.empty() || shape.size() > 2 || (shape.size() == 2 && shape[1] != 1)) {
        array_problem(place, "has the shape " + shape_text(shape), "one label a sample: shape N or N x 1",
                      "of probabilities or one-hot rows: y.argmax(axis=1)");
    }
    if (shape[0] != count) {
        array_problem(place, "has " + std::to_string(shape[0]) + " labels",
                      std::to_string(count) + ", as many as samples");
    }
    const std::string& type = reader.header().descr;
    const std::size_t size = type == "|u1" ? 1 : type == "<i4" ? 4 : 8;
    std::vector<std::uint8_t> labels;
    read_in_pieces(reader, count, size, [&](std::span<const std::uint8_t> bytes) {
        switch (size) {
            case 1: append_labels<std::uint8_t>(bytes, classes, place, labels); break;
            case 4: append_labels<std::int32_t>(bytes, classes, place, labels); break;
            default: append_labels<std::int64_t>(bytes, classes, place, labels); break;
        }
    });
    return labels;
}

/// Headers and labels of both pools.
struct Opened {
    ArrayReader train;
    ArrayReader test;
    DatasetSummary summary;
    std::vector<std::uint8_t> train_labels;
    std::vector<std::uint8_t> test_labels;
};

Opened open_all(const DatasetArrays& arrays, std::uint32_t classes) {
    Opened opened{open_samples(arrays.train_samples), open_samples(arrays.test_samples), {}, {}, {}};
    DatasetSummary& summary = opened.summary;
    summary = {.shape = shape_of(opened.train),
               .classes = classes,
               .train = samples_in(opened.train),
               .test = samples_in(opened.test)};
    if (const SampleShape test = shape_of(opened.test); test != summary.shape) {
        array_problem(arrays.test_samples, "has samples of " + text_of(test),
                      text_of(summary.shape) + ", as the training samples are");
    }
    const std::uint32_t allowed = classes == 0 ? most_classes : classes;
    opened.train_labels = read_labels(arrays.train_labels, summary.train, allowed);
    opened.test_labels = read_labels(arrays.test_labels, summary.test, allowed);
    if (classes == 0) {
        summary.classes = 1U + std::max(*std::ranges::max_element(opened.train_labels),
                                        *std::ranges::max_element(opened.test_labels));
    }
    if (summary.classes < 2) {
        array_problem(arrays.train_labels, "and that of the test have no label but 0", "at least two classes",
                      "data.classes says how many there are, whatever the labels");
    }
    return opened;
}

std::vector<std::uint8_t> read_samples(ArrayReader& reader, const DatasetSummary& summary, std::uint64_t count) {
    std::vector<std::uint8_t> values;
    read_in_pieces(reader, count, summary.shape.size(), [&](std::span<const std::uint8_t> bytes) {
        values.insert(values.end(), bytes.begin(), bytes.end());
    });
    return values;
}

}  // namespace

DatasetSummary summarise(const DatasetArrays& arrays, std::uint32_t classes) {
    return open_all(arrays, classes).summary;
}

DecodedDataset decode_arrays(const DatasetArrays& arrays, std::uint32_t classes) {
    Opened opened = open_all(arrays, classes);
    const DatasetSummary& summary = opened.summary;
    DecodedDataset decoded{.shape = summary.shape, .classes = summary.classes, .train = {}, .test = {}};
    decoded.train = {.values = read_samples(opened.train, summary, summary.train),
                     .labels = std::move(opened.train_labels)};
    decoded.test = {.values = read_samples(opened.test, summary, summary.test),
                    .labels = std::move(opened.test_labels)};
    return decoded;
}

}  // namespace mlaasim::sim
