#include "sim/trace/model_description.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace mlaasim::sim {
namespace {

ModelDescription example() {
    return {.input = {1, 4, 4},
            .classes = 3,
            .mean = 0.25,
            .deviation = 0.1F,
            .layers = {{.kind = "convolution", .in = 1, .out = 2, .window = {3, 3}},
                       {.kind = "flatten"},
                       {.kind = "linear", .in = 32, .out = 3}},
            .parameters = {{"0.weight", {2, 1, 3, 3}, 0},
                           {"0.bias", {2}, 32},
                           {"2.weight", {3, 32}, 48},
                           {"2.bias", {3}, 144}},
            .row = 160};
}

TEST(ModelDescription, IsReadAsItWasWritten) {
    const std::string json = to_json(example());
    EXPECT_EQ(json.find('\n'), std::string::npos);
    EXPECT_NE(json.find(R"({"kind":"convolution","in":1,"out":2,"window":[3,3]},{"kind":"flatten"})"),
              std::string::npos)
        << json;
    EXPECT_EQ(model_from_json(json), example());
}

TEST(ModelDescription, DamagedTextsAreRefused) {
    const std::string json = to_json(example());
    const auto refused = [&](const std::string& from, const std::string& to) {
        std::string changed = json;
        changed.replace(changed.find(from), from.size(), to);
        EXPECT_THROW(static_cast<void>(model_from_json(changed)), std::invalid_argument) << changed;
    };
    EXPECT_THROW(static_cast<void>(model_from_json("")), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(model_from_json("[]")), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(model_from_json(json.substr(0, json.size() / 2))), std::invalid_argument);
    refused("\"row\":160", "\"row\":146");
    refused("\"offset\":144", "\"offset\":158");
    refused("\"offset\":144", "\"offset\":18446744073709551615");
    refused("[3,32]", "[3,0]");
    refused("[3,32]", "[4294967296,4294967296]");
    refused("\"classes\":3", "\"classes\":\"3\"");
    refused("\"mean\"", "\"average\"");
}

}  // namespace
}  // namespace mlaasim::sim
