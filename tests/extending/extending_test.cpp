// The worked examples of docs/extending.md, compiled outside of src/.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "extending/strike_record.hpp"
#include "sim/core/error.hpp"
#include "sim/options/json_schema.hpp"
#include "sim/options/markdown.hpp"
#include "sim/partition/partition.hpp"
#include "sim/scenario_text/options_document.hpp"
#include "sim/scenario_text/yaml_writer.hpp"

namespace mlaasim::sim {

Kind<Partitioner> zipf_partition();

namespace {

/// The kinds of the program and the new one.
std::span<const Kind<Partitioner>> kinds() {
    static const std::vector<Kind<Partitioner>> all = [] {
        std::vector<Kind<Partitioner>> list{partition_kinds().begin(), partition_kinds().end()};
        list.push_back(zipf_partition());
        return list;
    }();
    return all;
}

struct Options {
    Chosen<Partitioner> partition{kinds()};
};

DeclareOptions declaring(Options& options) {
    return [&](OptionVisitor& visitor) {
        visitor.kind("partition", options.partition, kinds(), {.doc = "Who holds which samples"});
    };
}

Options read(const std::string& text) {
    Options options;
    OptionsDocument{text, "new.yaml"}.read(declaring(options));
    return options;
}

std::string contents(const std::string& file) {
    std::ifstream in{std::string{MLAASIM_SOURCE_DIR} + "/" + file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

TEST(Extending, ANewPartitionIsReadAndSharesOutSamples) {
    const Options options = read("partition: {kind: zipf, exponent: 1, min_samples: 4}\n");
    const std::vector<std::uint8_t> labels(56, 0);
    const Partition partition = options.partition->partition(labels, 1, 4, {Seed{1}, Purpose::partition, 0, 0});
    // 56 - 4 * 4 = 40 in the proportions 12 : 6 : 4 : 3.
    const std::vector<std::size_t> sizes{partition.samples(0).size(), partition.samples(1).size(),
                                         partition.samples(2).size(), partition.samples(3).size()};
    EXPECT_EQ(sizes, (std::vector<std::size_t>{4 + 19, 4 + 10, 4 + 6, 4 + 5}));
}

TEST(Extending, ItsMistakesAreNamed) {
    try {
        static_cast<void>(read("partition:\n  kind: zipf\n  alpha: 1\n"));
        FAIL() << "an option of another kind was accepted";
    } catch (const InputError& error) {
        const std::string what = error.problems().front().what;
        EXPECT_TRUE(what.starts_with("partition.alpha belongs to kind: dirichlet")) << what;
        EXPECT_TRUE(what.ends_with(", and the kind here is zipf")) << what;
    }
    EXPECT_THROW(static_cast<void>(read("partition: {kind: zipf, exponent: -1}\n")), InputError);
}

TEST(Extending, ItIsWrittenAndDescribed) {
    Options options = read("partition: {kind: zipf}\n");
    EXPECT_EQ(to_yaml(declaring(options)), "partition:\n  kind: zipf\n  exponent: 1\n  samples: 0\n  min_samples: 1\n");
    EXPECT_NE(to_markdown(declaring(options), "New").find("### `partition` with `kind: zipf`"), std::string::npos);
    EXPECT_NE(to_json_schema(declaring(options), "New").find("\"partition.kind.zipf\""), std::string::npos);
}

TEST(Extending, ARecordHasTheColumnsThatItsLinesDeclare) {
    const Table& table = StrikeRecord::table();
    EXPECT_EQ(table.name, "strikes");
    ASSERT_EQ(table.fields.size(), 3U);
    EXPECT_EQ(table.fields[2].name, "loss_j");
    EXPECT_EQ(table.fields[2].unit, "J");
    const StrikeRecord record{.round = 3, .loss_j = 2.5};
    EXPECT_EQ(record.service, -1);
}

TEST(Extending, ThePageShowsThisCode) {
    for (const char* file : {"tests/extending/zipf.cpp", "tests/extending/strike_record.hpp"}) {
        EXPECT_NE(contents("docs/extending.md").find("```cpp\n" + contents(file) + "```"), std::string::npos)
            << "docs/extending.md shows another " << file;
    }
}

}  // namespace
}  // namespace mlaasim::sim
