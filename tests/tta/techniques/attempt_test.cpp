#include "tta/techniques/attempt.hpp"

#include <limits>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "sim/core/error.hpp"
#include "tta/techniques/technique_test.hpp"

namespace mlaasim::tta {
namespace {

class Attempt : public TechniqueTest {
protected:
    /// Samples that all have this byte in every value.
    [[nodiscard]] static sim::DecodedPool of_byte(std::uint8_t byte) {
        sim::DecodedPool decoded = fl::testing::random_samples(shape, classes, 12);
        std::ranges::fill(decoded.values, byte);
        return decoded;
    }
    AttemptOutcome attempt_on(const std::string& line, const Stream& stream) {
        return attempt(*technique(line), model, parameters, memory, stream, fl::divergence_bound(source));
    }
    void expect_rolled_back() const {
        EXPECT_EQ(parameters, source);
        EXPECT_EQ(memory, Memory{});
    }

    sim::AlignedVector<float> parameters = source;
    Memory memory;
};

const std::vector<std::string> all_that_adapt{"batch_norm, ema: 0.5", "tent", "memo, views: 2", "rdumb, entropy: 1",
                                              "rotta, every: 12"};

TEST_F(Attempt, ChangesWhatTheTechniqueMayChange) {
    for (const std::string& line : all_that_adapt) {
        parameters = source;
        memory.clear();
        EXPECT_EQ(attempt_on(line, stream_of(block)), AttemptOutcome::adapted) << line;
        const auto chosen = technique(line);
        EXPECT_EQ(!memory.empty(), chosen->remembers()) << line;
        for (const sim::ParameterBlock& one : model.layout().blocks()) {
            const bool may = chosen->changes() == Changes::parameters   ? one.trainable()
                             : chosen->changes() == Changes::statistics ? !one.trainable()
                                                                        : !one.trainable() || is_affine(one.kind);
            for (std::size_t i = one.offset; !may && i < one.offset + one.count; ++i) {
                EXPECT_EQ(parameters[i], source[i]) << line << " " << one.name;
            }
        }
        EXPECT_NE(parameters, source) << line;
        EXPECT_TRUE(fl::testing::padding_is_zero(model.layout(), parameters)) << line;
    }
}

TEST_F(Attempt, ABatchOfOneIsTooFewWhereAVarianceIsTaken) {
    const sim::SampleBlock one = pool.block(1);
    for (const char* line : {"batch_norm", "tent", "rdumb"}) {
        EXPECT_EQ(attempt_on(line, stream_of(one)), AttemptOutcome::few_samples) << line;
        expect_rolled_back();
    }
    EXPECT_EQ(attempt_on("memo, views: 2", stream_of(one)), AttemptOutcome::adapted);
    EXPECT_EQ(attempt_on("memo", stream_of(sim::SampleBlock{})), AttemptOutcome::few_samples);
}

TEST_F(Attempt, ConstantSamplesTeachNothing) {
    const fl::testing::TestPool grey{shape, classes, of_byte(120)};
    const sim::SampleBlock constant = grey.block();
    for (const std::string& line : all_that_adapt) {
        EXPECT_EQ(attempt_on(line, stream_of(constant)), AttemptOutcome::all_constant) << line;
        expect_rolled_back();
    }
}

TEST_F(Attempt, ValuesThatAreNotFiniteAreNamed) {
    sim::SampleSource broken = pool.source();
    broken.deviation = 1e-44F;  // values beyond all floats
    sim::SampleBlock infinite;
    infinite.read(broken);
    for (const std::string& line : all_that_adapt) {
        EXPECT_EQ(attempt_on(line, stream_of(infinite)), AttemptOutcome::not_finite) << line;
        expect_rolled_back();
    }
}

TEST_F(Attempt, WhatDivergesIsTakenBack) {
    EXPECT_EQ(attempt_on("tent, rate: 1e9", stream_of(block)), AttemptOutcome::diverged);
    expect_rolled_back();
    EXPECT_EQ(attempt_on("memo, views: 2, rate: 1e12", stream_of(block)), AttemptOutcome::diverged);
    expect_rolled_back();
    // What it remembered before stays.
    memory = {7.0};
    parameters[0] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(attempt_on("batch_norm", stream_of(block)), AttemptOutcome::diverged);
    EXPECT_EQ(memory, Memory{7.0});
}

TEST_F(Attempt, AMemoryOfAnotherLengthIsRefused) {
    for (const char* line : {"batch_norm, ema: 0.5", "rdumb, entropy: 1, similarity: 1", "rotta, every: 12"}) {
        memory.clear();
        ASSERT_EQ(attempt_on(line, stream_of(block)), AttemptOutcome::adapted) << line;
        const Memory whole = memory;
        for (const std::size_t numbers : {std::size_t{1}, std::size_t{3}, whole.size() - 2, whole.size() - 1}) {
            memory.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(numbers));
            EXPECT_THROW(static_cast<void>(attempt_on(line, stream_of(block))), sim::ContractViolation)
                << line << " " << numbers;
        }
        memory = whole;
        memory.push_back(0.0);
        EXPECT_THROW(static_cast<void>(attempt_on(line, stream_of(block))), sim::ContractViolation) << line;
    }
}

TEST_F(Attempt, EveryOutcomeHasAName) {
    EXPECT_EQ(name_of(AttemptOutcome::adapted), "adapted");
    EXPECT_EQ(name_of(AttemptOutcome::few_samples), "few samples");
    EXPECT_EQ(name_of(AttemptOutcome::not_finite), "not finite");
    EXPECT_EQ(name_of(AttemptOutcome::all_constant), "constant samples");
    EXPECT_EQ(name_of(AttemptOutcome::diverged), "diverged");
}

/// Statistics that are remembered are the moving average of those of the batches.
TEST_F(Attempt, BatchNormRemembersTheStream) {
    const sim::SampleBlock first = pool.block(5);
    auto by_first = source;
    adapt(technique("batch_norm"), model, by_first, first);
    EXPECT_EQ(attempt_on("batch_norm, ema: 0.25", stream_of(first)), AttemptOutcome::adapted);
    EXPECT_EQ(parameters, by_first);  // nothing is remembered yet
    parameters = source;
    EXPECT_EQ(attempt_on("batch_norm, ema: 0.25", stream_of(block)), AttemptOutcome::adapted);
    // The first layer's inputs depend on no statistics, so there it is plain arithmetic.
    auto by_second = source;
    adapt(technique("batch_norm"), model, by_second, block);
    for (const sim::ParameterBlock& one : model.layout().blocks()) {
        for (std::size_t i = one.offset; one.layer <= 1 && is_statistic(one.kind) && i < one.offset + one.count; ++i) {
            EXPECT_NEAR(parameters[i], 0.75F * by_first[i] + 0.25F * by_second[i], 1e-5F) << one.name;
        }
    }
    // With a prior, half of the source comes back.
    const Memory before = memory;
    parameters = source;
    EXPECT_EQ(attempt_on("batch_norm, ema: 0.25, prior: 0.5", stream_of(block)), AttemptOutcome::adapted);
    const sim::ParameterBlock* const mean =
        &*std::ranges::find(model.layout().blocks(), sim::ParameterKind::bn_mean, &sim::ParameterBlock::kind);
    EXPECT_NEAR(parameters[mean->offset], 0.5 * source[mean->offset] + 0.5 * memory[0], 1e-6);
    EXPECT_NE(memory, before);
}

}  // namespace
}  // namespace mlaasim::tta
