// Scenarios of a few options, for tests of study files that need no simulation.
#pragma once

#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/scenario_text/yaml_writer.hpp"
#include "study/study_file.hpp"

namespace mlaasim::study {

struct SmallScenario {
    std::string name = "small";
    std::int64_t seed = 1;
    std::int64_t rounds = 3;
    double learning_rate = 0.1;
    std::int64_t epochs = 1;
    std::string strategy = "none";
};

inline void declare(sim::OptionVisitor& visitor, SmallScenario& scenario) {
    visitor.option("name", scenario.name, {.doc = "name"});
    visitor.option("seed", scenario.seed, {.doc = "seed", .range = sim::at_least(0)});
    visitor.option("rounds", scenario.rounds, {.doc = "rounds", .range = sim::at_least(1)});
    visitor.section("training", {.doc = "training"}, [&] {
        visitor.option("learning_rate", scenario.learning_rate, {.doc = "step", .range = sim::positive()});
        visitor.option("epochs", scenario.epochs, {.doc = "epochs", .range = sim::at_least(1)});
    });
    visitor.section("adaptation", {.doc = "adaptation"}, [&] {
        visitor.section("strategy", {.doc = "strategy"},
                        [&] { visitor.option("kind", scenario.strategy, {.doc = "kind"}); });
    });
}

class SmallReader final : public PointReader {
public:
    [[nodiscard]] std::vector<PointScenario> read(const sim::OptionsDocument& document,
                                                  const std::vector<std::int64_t>& seeds) const override {
        SmallScenario scenario;
        document.read([&](sim::OptionVisitor& visitor) { declare(visitor, scenario); });
        if (scenario.epochs > scenario.rounds * 100) {
            throw sim::InputError({.file = "study.yaml",
                                   .line = 1,
                                   .what = "the rounds are too few for the epochs",
                                   .expected = "at most 100 epochs a round"});
        }
        std::vector<PointScenario> read;
        for (const std::int64_t seed : seeds.empty() ? std::vector{scenario.seed} : seeds) {
            scenario.seed = seed;
            read.push_back({.name = scenario.name,
                            .rounds = scenario.rounds,
                            .seed = seed,
                            .yaml = sim::to_yaml([&](sim::OptionVisitor& visitor) { declare(visitor, scenario); })});
        }
        return read;
    }
};

/// The study that a text asks for.
inline StudyFile small_study(const std::string& text, Size size = Size::whole,
                             const std::vector<std::string>& overrides = {}) {
    static const SmallReader reader;
    return {{.text = text, .file = "study.yaml", .overrides = overrides, .size = size, .version = "1"}, reader};
}

inline std::vector<std::string> names_of(const StoredStudy& study) {
    std::vector<std::string> names;
    for (const StoredPoint& point : study.points) {
        names.push_back(point.name);
    }
    return names;
}

}  // namespace mlaasim::study
