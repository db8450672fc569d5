// Files with arrays, as others read them.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <fstream>

#include "sim/arrays/array_files.hpp"
#include "sim/arrays/array_reader.hpp"
#include "sim/arrays/npz_file.hpp"
#include "sim/arrays/safetensors_file.hpp"

namespace mlaasim::sim {
namespace {

using namespace testing;

class WrittenArrays : public ::testing::Test {
protected:
    const std::array<float, 6> weights_{1.5F, -2.0F, 0.0F, 3.25F, 1e-8F, 7.0F};
    const std::array<float, 2> biases_{0.5F, -0.5F};
    const std::vector<NamedArray> arrays_{{"1.weight", {2, 3}, weights_}, {"1.bias", {2}, biases_}};
    TemporaryFolder folder_;
};

TEST_F(WrittenArrays, AnArchiveIsRead) {
    std::ofstream{folder_ / "model.npz", std::ios::binary} << npz_bytes(arrays_, "{\"a\":1}");
    ArrayReader reader{{folder_ / "model.npz", "1.weight.npy"}};
    EXPECT_EQ(reader.header().descr, "<f4");
    EXPECT_EQ(reader.header().shape, (std::vector<std::uint64_t>{2, 3}));
    Bytes bytes(sizeof weights_);
    reader.read(bytes);
    reader.expect_end();
    EXPECT_EQ(std::memcmp(bytes.data(), weights_.data(), sizeof weights_), 0);

    ArrayReader text{{folder_ / "model.npz", "__metadata__.npy"}};
    EXPECT_EQ(text.header().descr, "<U7");
    EXPECT_TRUE(text.header().shape.empty());
    Bytes characters(28);
    text.read(characters);
    text.expect_end();
    EXPECT_EQ(characters[4], '"');
}

TEST_F(WrittenArrays, TheSameArraysGiveTheSameArchive) {
    EXPECT_EQ(npz_bytes(arrays_, "text"), npz_bytes(arrays_, "text"));
    EXPECT_NE(npz_bytes(arrays_, "text"), npz_bytes(arrays_, "test"));
}

TEST_F(WrittenArrays, SafetensorsHaveAHeaderAndThenTheValues) {
    const std::string bytes = safetensors_bytes(arrays_, "model", "a \"b\"");
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    ASSERT_EQ(length % 8, 0U);
    const std::string header = bytes.substr(8, length);
    EXPECT_EQ(header.substr(0, header.find_last_not_of(' ') + 1),
              R"({"__metadata__":{"model":"a \"b\""},)"
              R"("1.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
              R"("1.bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]}})");
    ASSERT_EQ(bytes.size(), 8 + length + 32);
    EXPECT_EQ(std::memcmp(bytes.data() + 8 + length, weights_.data(), sizeof weights_), 0);
    EXPECT_EQ(std::memcmp(bytes.data() + 8 + length + 24, biases_.data(), sizeof biases_), 0);
}

}  // namespace
}  // namespace mlaasim::sim
