#include "study/model_export.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "sim/data/byte_source.hpp"
#include "sim/storage/trace_file.hpp"
#include "support/program.hpp"

namespace mlaasim::study {
namespace {

using testing::TemporaryFolder;

sim::ModelDescription small_model() {
    return {.input = {1, 1, 3},
            .classes = 2,
            .mean = 0.5,
            .deviation = 0.25,
            .layers = {{.kind = "flatten"}, {.kind = "linear", .in = 3, .out = 2}},
            .parameters = {{"1.weight", {2, 3}, 0}, {"1.bias", {2}, 16}},
            .row = 32};
}

std::vector<float> row(float first) {
    std::vector<float> numbers(32);
    for (std::size_t i = 0; i < 6; ++i) {
        numbers[i] = first + static_cast<float>(i);
    }
    numbers[16] = -first;
    return numbers;
}

class ModelExport : public ::testing::Test {
protected:
    /// A trace after round 2, whose members keep these models of their own.
    void write(const std::map<sim::ServiceId, std::vector<float>>& own = {},
               const std::string& model = sim::to_json(small_model())) {
        sim::TraceFile trace = sim::TraceFile::create(folder_.path(), {.model = model});
        sim::RowBuffer rows;
        rows.append(sim::RoundRecord{.round = 1});
        rows.append(sim::RoundRecord{.round = 2});
        sim::Checkpoint checkpoint{.round = sim::Round{2}};
        checkpoint.put("composition", std::span<const float>{row(1.0F)});
        checkpoint.service_state = own;
        for (const auto& [service, numbers] : own) {
            checkpoint.stateful.insert(service);
        }
        trace.commit(rows, checkpoint);
    }
    std::string refusal(std::optional<sim::ServiceId> service = {}) {
        try {
            static_cast<void>(read_model(file_, service));
        } catch (const sim::InputError& error) {
            return error.what();
        }
        return "";
    }

    TemporaryFolder folder_;
    std::filesystem::path file_ = folder_ / "trace.h5";
};

TEST_F(ModelExport, TheCompositionsModelIsRead) {
    write();
    const StoredModel model = read_model(file_, {});
    EXPECT_EQ(model.description, small_model());
    EXPECT_EQ(model.round, sim::Round{2});
    EXPECT_EQ(model.row, row(1.0F));
    EXPECT_NE(refusal(sim::ServiceId{1}).find("services have no models of their own"), std::string::npos);
}

TEST_F(ModelExport, AMembersOwnModelIsRead) {
    write({{sim::ServiceId{1}, row(10.0F)}, {sim::ServiceId{4}, row(40.0F)}});
    EXPECT_EQ(read_model(file_, sim::ServiceId{4}).row, row(40.0F));
    EXPECT_NE(refusal().find("(expected --service with one of 1, 4)"), std::string::npos) << refusal();
    EXPECT_NE(refusal(sim::ServiceId{2}).find("service 2 has no model (expected one of 1, 4)"), std::string::npos);
}

TEST_F(ModelExport, TensorsStandInTheFileWithoutTheirGaps) {
    write();
    const std::string file = model_file(read_model(file_, {}), ModelFormat::safetensors);
    EXPECT_NE(file.find(R"("1.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]})"), std::string::npos);
    EXPECT_NE(file.find(R"("1.bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]})"), std::string::npos);
    const std::vector<float> expected{1, 2, 3, 4, 5, 6, -1, 0};
    EXPECT_EQ(file.substr(file.size() - 32), (std::string{reinterpret_cast<const char*>(expected.data()), 32}));
    EXPECT_NE(file.find(R"(\"pytorch\":\"nn.Sequential(nn.Flatten(), nn.Linear(3, 2))\",\"round\":2)"),
              std::string::npos)
        << file.substr(0, 400);
}

TEST_F(ModelExport, TracesThatSayNothingOfTheirModelAreRefused) {
    write({}, "{}");
    EXPECT_NE(refusal().find("the attribute 'model' can't be read"), std::string::npos) << refusal();
    sim::ModelDescription other = small_model();
    other.layers.push_back({.kind = "attention"});
    write({}, sim::to_json(other));
    EXPECT_NE(refusal().find("unknown layer \"attention\""), std::string::npos) << refusal();
    other = small_model();
    other.row = 48;
    write({}, sim::to_json(other));
    EXPECT_NE(refusal().find("a model has 32 numbers (expected 48"), std::string::npos) << refusal();
}

TEST_F(ModelExport, TracesOfAnOlderSchemaAreRefused) {
    sim::ByteSource packed{std::filesystem::path{MLAASIM_SOURCE_DIR} / "tests/sim/storage/schema4/drift.h5.gz"};
    sim::testing::Bytes bytes(std::size_t{1} << 22U);
    bytes.resize(packed.read(bytes));
    sim::testing::write_bytes(file_, bytes);
    EXPECT_NE(refusal().find("the trace has schema 4"), std::string::npos) << refusal();
}

TEST_F(ModelExport, LayersAreThoseOfPyTorch) {
    EXPECT_EQ(pytorch_text({.layers = {{.kind = "convolution", .in = 9, .out = 16, .window = {1, 3}},
                                       {.kind = "batch_norm", .in = 16},
                                       {.kind = "relu"},
                                       {.kind = "max_pool", .window = {1, 2}}}}),
              "nn.Sequential(nn.Conv2d(9, 16, (1, 3), padding=(0, 1)), nn.BatchNorm2d(16), nn.ReLU(), "
              "nn.MaxPool2d((1, 2)))");
}

}  // namespace
}  // namespace mlaasim::study
