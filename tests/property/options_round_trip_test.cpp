// Options that are written as YAML and read back are the same.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "property/option_outcome.hpp"

namespace mlaasim::sim {
namespace {

rc::Gen<std::string> any_text() {
    return rc::gen::map(
        rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
            "a", "B", "_", "/", ".", "-", " ", ":", "#", "'", "\"", "\\", "\n", "\r", "\t", "\x01", "\x7f", "0", "1e3",
            "null", "true", "~", "%", "@", "&", "*", "{", "]", ",", "---", "...", "<<", "\xC3\xA9", "\xC2\x85",
            "\xE2\x80\xA8", "\xE6\xBC\xA2", "\xF0\x9F\x98\x80", "\xEF\xBB\xBF", "=", "|", ">", "!", "?")),
        [](const std::vector<std::string>& parts) {
            std::string text;
            for (const std::string& part : parts) {
                text += part;
            }
            return text;
        });
}

rc::Gen<double> any_positive() {
    return rc::gen::suchThat(
        rc::gen::map(rc::gen::pair(rc::gen::arbitrary<double>(), rc::gen::inRange(-300, 300)),
                     [](const std::pair<double, int>& p) { return std::abs(p.first) * std::pow(10.0, p.second); }),
        [](double value) { return std::isfinite(value) && value > 0; });
}

SampleInner any_inner() {
    return {.alpha = *rc::gen::suchThat(any_positive(), [](double x) { return x <= 1; }),
            .enabled = *rc::gen::arbitrary<bool>()};
}

SampleOptions any_options() {
    SampleOptions options;
    options.name = *any_text();
    options.latency = *any_positive() * *rc::gen::element(-1.0, 1.0);
    options.offset = *rc::gen::arbitrary<std::int64_t>();
    options.training = {
        .learning_rate = *any_positive(), .epochs = *rc::gen::inRange<std::int64_t>(1, 1001), .inner = any_inner()};
    options.drift.resize(*rc::gen::inRange<std::size_t>(0, 4));
    for (SampleEntry& entry : options.drift) {
        entry.kind = *rc::gen::element(SampleKind::rotation, SampleKind::noise, SampleKind::off);
        entry.start = *rc::gen::nonNegative<std::int64_t>();
        entry.classes = *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 10));
        entry.weights = *rc::gen::container<std::vector<double>>(any_positive());
        entry.steps.resize(*rc::gen::inRange<std::size_t>(0, 3));
        for (SampleStep& step : entry.steps) {
            step = {.inner = any_inner(), .at = *rc::gen::positive<std::int64_t>()};
        }
    }
    return options;
}

TEST(OptionsRoundTrip, WrittenOptionsReadBackEqual) {
    EXPECT_TRUE(rc::check([] {
        SampleOptions options = any_options();
        const std::string text = to_yaml(declaring(options));
        SampleOptions again;
        OptionsDocument{text, "again.yaml"}.read(declaring(again));
        RC_ASSERT(again == options);
        RC_ASSERT(to_yaml(declaring(again)) == text);
    }));
}

}  // namespace
}  // namespace mlaasim::sim
