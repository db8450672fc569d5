#include <algorithm>

#include "tta/techniques/balanced_memory.hpp"
#include "tta/techniques/technique_test.hpp"
#include "tta/techniques/views.hpp"

namespace mlaasim::tta {
namespace {

using fl::testing::Normalise;
using fl::testing::ReferenceModel;

std::vector<float> marks(const BalancedMemory& memory) {
    std::vector<float> all;
    for (const BalancedMemory::Item& item : memory.items()) {
        all.push_back(item.values.front());
    }
    std::ranges::sort(all);
    return all;
}

TEST(BalancedMemoryTest, KeepsAsManyOfEachClass) {
    BalancedMemory memory{4, 2};
    float mark = 0.0F;
    const auto show = [&](std::uint32_t label, double uncertainty) {
        memory.show({.label = label, .uncertainty = uncertainty, .values = {mark}});
        mark += 1.0F;
    };
    // A run of one class: it may have two of four.
    for (int i = 0; i < 5; ++i) {
        show(0, 0.1);
    }
    EXPECT_EQ(memory.items().size(), 2U);
    EXPECT_EQ(marks(memory), (std::vector<float>{3, 4}));  // the newest: older ones cost more
    // A class that was not seen may grow.
    show(1, 0.1);
    show(1, 0.1);
    EXPECT_EQ(marks(memory), (std::vector<float>{3, 4, 5, 6}));
    // One that is less sure than all of its class by more than their age is not kept.
    show(1, 0.69);
    EXPECT_EQ(marks(memory), (std::vector<float>{3, 4, 5, 6}));
    // A sure one takes the place of the oldest of its class.
    show(1, 0.0);
    EXPECT_EQ(marks(memory), (std::vector<float>{3, 4, 6, 8}));
}

TEST(BalancedMemoryTest, AgesAndIsAsTimelyAsPublished) {
    BalancedMemory memory{4, 2};
    memory.show({.label = 0, .values = {1.0F}});
    memory.show({.label = 1, .values = {2.0F}});
    EXPECT_EQ(memory.items()[0].age, 2.0);
    EXPECT_EQ(memory.items()[1].age, 1.0);
    EXPECT_NEAR(memory.timeliness(memory.items()[0]), std::exp(-0.5) / (1.0 + std::exp(-0.5)), 1e-12);
}

TEST(BalancedMemoryTest, ComesBackFromNumbers) {
    BalancedMemory memory{4, 2};
    memory.show({.label = 1, .uncertainty = 0.25, .values = {1.0F, -2.5F}});
    memory.show({.label = 0, .uncertainty = 0.5, .values = {3.0F, 4.0F}});
    Memory numbers;
    memory.save(numbers);
    BalancedMemory again{4, 2};
    EXPECT_EQ(again.load(numbers.begin(), 2), numbers.end());
    Memory same;
    again.save(same);
    EXPECT_EQ(same, numbers);
}

class RoTta : public TechniqueTest {};

/// One step after twelve samples that all find a place: its parts, each from the definition.
TEST_F(RoTta, AStepMovesStatisticsStudentAndTeacher) {
    // Which samples are kept, and in which order, follows from the labels that the source gives.
    ReferenceModel by_source{model, values(block, 0, 12)};
    const Doubles start = fl::testing::in_double(source);
    const auto rows = rows_of(by_source.logits(start, Normalise::by_running_statistics), classes);
    BalancedMemory kept{48, classes};
    for (std::size_t i = 0; i < 12; ++i) {
        kept.show({.label = static_cast<std::uint32_t>(std::ranges::max_element(rows[i]) - rows[i].begin()),
                   .uncertainty = entropy_of(rows[i]),
                   .values = {block.sample(i), block.sample(i) + shape.size()}});
    }
    ASSERT_EQ(kept.items().size(), 12U);

    sim::RandomStream random = stream_of(block).random;
    Views drawn{shape, 0.3F, 0.25F, false};
    Doubles plain, views;
    for (const BalancedMemory::Item& item : kept.items()) {
        std::vector<float> view(shape.size());
        drawn.draw(item.values, view, random);
        plain.insert(plain.end(), item.values.begin(), item.values.end());
        views.insert(views.end(), view.begin(), view.end());
    }
    const auto moved = [&](const Doubles& samples) {
        // Front to back: the second layer sees what the first gives with its new statistics.
        Doubles parameters = start;
        for (std::size_t layer = 0; layer < 2; ++layer) {
            ReferenceModel reference{model, samples};
            static_cast<void>(reference.logits(parameters, Normalise::by_running_statistics));
            const auto& statistics = reference.statistics()[layer];
            for (std::size_t c = 0; c < statistics.mean.size(); ++c) {
                const std::size_t mean = model.layout().blocks()[statistics.first_block + 2].offset + c;
                const std::size_t variance = model.layout().blocks()[statistics.first_block + 3].offset + c;
                parameters[mean] = 0.75 * start[mean] + 0.25 * statistics.mean[c];
                parameters[variance] = 0.75 * start[variance] + 0.25 * statistics.variance[c];
            }
        }
        return parameters;
    };
    Doubles teacher = moved(plain);
    Doubles student = moved(views);
    ReferenceModel of_teacher{model, plain};
    const auto wanted = rows_of(of_teacher.logits(teacher, Normalise::by_running_statistics), classes);
    const Doubles gradient = differences(model, student, is_affine, [&](const Doubles& parameters) {
        ReferenceModel reference{model, views};
        const auto answers = rows_of(reference.logits(parameters, Normalise::by_running_statistics), classes);
        double sum = 0.0;
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const double fading = std::exp(-kept.items()[i].age / 48.0);
            for (std::size_t c = 0; c < classes; ++c) {
                sum -= wanted[i][c] * std::log(answers[i][c]) * fading / (1.0 + fading);
            }
        }
        return sum / static_cast<double>(answers.size());
    });
    PlainAdam adam;
    adam.step(student, gradient, 0.01);
    for (const sim::ParameterBlock& parameters : model.layout().blocks()) {
        for (std::size_t i = parameters.offset; is_affine(parameters.kind) && i < parameters.offset + parameters.count;
             ++i) {
            teacher[i] = 0.5 * teacher[i] + 0.5 * student[i];
        }
    }
    on_both_engines([&](const Stream& stream) {
        auto given = source;
        Memory memory;
        technique("rotta, capacity: 48, every: 12, alpha: 0.25, nu: 0.5, rate: 0.01")
            ->adapt(model, given, memory, stream);
        expect_parameters(
            given, teacher, [](sim::ParameterKind kind) { return is_affine(kind) || is_statistic(kind); }, 1e-3);
        EXPECT_EQ(memory[0], 12.0);
        EXPECT_EQ(memory[1], 1.0);
    });
}

/// Without enough samples nothing happens but that they are remembered; the next adaptation makes the step.
TEST_F(RoTta, RemembersAcrossAdaptations) {
    const auto rotta = technique("rotta, capacity: 48, every: 18");
    auto given = source;
    Memory memory;
    rotta->adapt(model, given, memory, stream_of(block));
    EXPECT_EQ(given, source);
    EXPECT_EQ(memory[0], 12.0);
    rotta->adapt(model, given, memory, stream_of(block));
    EXPECT_NE(given, source);
    EXPECT_EQ(memory[0], 24.0);
    EXPECT_EQ(memory[1], 1.0);
}

/// A stream of one class leaves room for the others.
TEST_F(RoTta, AClassThatIsNeverSeenDoesNoHarm) {
    auto one_class = source;
    const sim::ParameterBlock& bias = model.layout().blocks().back();
    one_class[bias.offset + 1] = 100.0F;  // everything is of class 1
    Memory memory;
    technique("rotta, capacity: 6, every: 4")->adapt(model, one_class, memory, stream_of(block));
    EXPECT_TRUE(std::ranges::all_of(one_class, [](float value) { return std::isfinite(value); }));
    BalancedMemory kept{6, classes};
    kept.load(memory.begin() + 3 + static_cast<std::ptrdiff_t>(2 * memory[2]), shape.size());
    EXPECT_EQ(kept.items().size(), 2U);
}

TEST_F(RoTta, DeclaresWhatItChangesAndNeeds) {
    const auto rotta = technique("rotta");
    EXPECT_EQ(rotta->changes(), Changes::affine);
    EXPECT_TRUE(rotta->remembers());
    EXPECT_EQ(rotta->needs(), sim::Needs{sim::Need::batch_norm});
}

}  // namespace
}  // namespace mlaasim::tta
