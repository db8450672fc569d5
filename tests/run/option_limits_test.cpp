// Every integer of a scenario at its bounds and far beyond: accepted, or refused where it stands, and never a crash.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "run/scenario.hpp"
#include "run/scenario_warnings.hpp"
#include "support/simulation.hpp"
#include "support/traces.hpp"

namespace mlaasim::run {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

/// One option that takes integers, and what has to be set beside it so that it counts.
struct IntegerOption {
    std::string path;
    sim::Range range;
    bool is_list = false;
    std::vector<std::string> needs{};

    [[nodiscard]] bool bounded() const { return std::isfinite(range.high); }
    [[nodiscard]] std::int64_t upper() const { return bounded() ? static_cast<std::int64_t>(range.high) : largest; }
    [[nodiscard]] std::string set(std::int64_t value) const {
        return path + "=" + (is_list ? "[" + std::to_string(value) + "]" : std::to_string(value));
    }
};

class IntegerCollector final : public sim::OptionVisitor {
public:
    [[nodiscard]] std::vector<IntegerOption> take() { return std::move(found_); }

    void option(std::string_view, double&, const sim::OptionInfo&) override {}
    void option(std::string_view, bool&, const sim::OptionInfo&) override {}
    void option(std::string_view, std::string&, const sim::OptionInfo&) override {}
    void option(std::string_view, std::vector<double>&, const sim::OptionInfo&) override {}
    void choice(std::string_view, int&, const std::vector<sim::Choice>&, const sim::OptionInfo&) override {}
    void option(std::string_view key, std::int64_t&, const sim::OptionInfo& info) override { add(key, info, false); }
    void option(std::string_view key, std::vector<std::int64_t>&, const sim::OptionInfo& info) override {
        add(key, info, true);
    }
    void kind_beside(std::string_view key, sim::KindChoice& kinds, const sim::OptionInfo&) override {
        for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
            kind_ = parent_ + std::string{key} + "=" + std::string{kinds.word(kind)};
            kinds.declare_defaults(kind, *this);
        }
        kind_.clear();
    }
    void section(std::string_view key, const sim::OptionInfo&, const std::function<void()>& declare_members) override {
        below(std::string{key} + ".", declare_members);
    }
    void list(std::string_view key, const sim::OptionInfo&, std::size_t, const std::function<void(std::size_t)>& resize,
              const std::function<void(std::size_t)>& declare_element) override {
        resize(1);
        below(std::string{key} + ".0.", [&] { declare_element(0); });
    }

private:
    void add(std::string_view key, const sim::OptionInfo& info, bool is_list) {
        IntegerOption option{.path = parent_ + std::string{key}, .range = info.range, .is_list = is_list};
        if (!kind_.empty()) {
            option.needs.push_back(kind_);
        }
        if (!info.only_with.key.empty()) {
            const std::string_view word = info.only_with.word.substr(0, info.only_with.word.find_first_of(", "));
            option.needs.push_back(parent_ + std::string{info.only_with.key} + "=" + std::string{word});
        }
        found_.push_back(std::move(option));
    }
    void below(const std::string& part, const std::function<void()>& declare_members) {
        const std::string outer = std::exchange(parent_, parent_ + part);
        declare_members();
        parent_ = outer;
    }

    std::string parent_;
    std::string kind_;  ///< what chooses the kind whose options are declared
    std::vector<IntegerOption> found_;
};

std::vector<IntegerOption> integer_options() {
    Scenario scenario;
    IntegerCollector collector;
    declare(collector, scenario);
    return collector.take();
}

/// The first problem with the option set to the value; empty when there is none.
std::string refusal(const IntegerOption& option, std::int64_t value) {
    std::vector<std::string> overrides = option.needs;
    overrides.push_back(option.set(value));
    try {
        const sim::OptionsDocument document{"name: limits\n", "limits.yaml", overrides};
        static_cast<void>(scenario_warnings(read_scenario(document), document));
    } catch (const sim::InputError& error) {
        EXPECT_FALSE(error.problems().front().file.empty()) << error.what();
        return error.what();
    }
    return {};
}

bool is_beyond_range(const std::string& message, const IntegerOption& option, std::int64_t value) {
    return message.find("--set " + option.set(value) + ": " + option.path) != std::string::npos &&
           message.find("(expected an integer in [") != std::string::npos;
}

TEST(OptionLimits, EveryCountHasAnUpperBound) {
    const std::vector<IntegerOption> options = integer_options();
    EXPECT_GT(options.size(), 30U);
    for (const IntegerOption& option : options) {
        const bool is_seed = option.path == "seed" || option.path == "data.synthetic_seed";  // 64 bits all the way
        EXPECT_NE(option.bounded(), is_seed) << option.path;
        EXPECT_LE(option.upper(), is_seed ? largest : std::int64_t{1} << 32U) << option.path;
    }
}

TEST(OptionLimits, AreExactAndNothingBeyondThemGetsThrough) {
    for (const IntegerOption& option : integer_options()) {
        const std::int64_t upper = option.upper();
        const std::string at_bound = refusal(option, upper);
        EXPECT_FALSE(is_beyond_range(at_bound, option, upper)) << at_bound;
        std::vector<std::int64_t> beyond{std::int64_t{1} << 31U, std::int64_t{1} << 32U, largest};
        if (upper < largest) {
            beyond.push_back(upper + 1);
        }
        for (const std::int64_t value : beyond) {
            const std::string message = refusal(option, value);
            EXPECT_EQ(is_beyond_range(message, option, value), value > upper) << option.set(value) << "\n" << message;
        }
    }
}

}  // namespace
}  // namespace mlaasim::run

namespace mlaasim::testing {
namespace {

/// What only says how often, how many at most, or where drawing starts may be as large as it can: the run is the same.
TEST(OptionLimits, AtTheirBoundTheyRun) {
    const TemporaryFolder folder;
    write_text(folder / "tiny.yaml",
               "name: tiny\nrounds: 2\ndata: {source: synthetic_digits, synthetic_train: 400, synthetic_test: 100}\n"
               "model: {kind: mlp, hidden: [16]}\nservices: {count: 4, partition: {samples: 40}}\n"
               "clients: {count: 2}\ncomposition: {members: 3}\n");
    const std::map<std::string, std::string> bounds{{"checkpoint_every", "1000000"},
                                                    {"seed", "9223372036854775807"},
                                                    {"data.synthetic_seed", "9223372036854775807"},
                                                    {"clients.stream", "1000000000"},
                                                    {"services.history.length", "1000000"},
                                                    {"adaptation.evidence.labels", "1000000000"},
                                                    {"adaptation.evidence.trials", "10000000"},
                                                    {"evaluation.update_memory_mib", "1000000000"},
                                                    {"evaluation.batch_size", "65536"},
                                                    {"assessment.max_flagged", "10000000"},
                                                    {"adaptation.every", "1000000"},
                                                    {"adaptation.substitution.selection_rounds", "1000000"},
                                                    {"adaptation.substitution.filter.max_accepted_rows", "10000000"},
                                                    {"adaptation.substitution.filter.max_rejected_rows", "10000000"},
                                                    {"adaptation.substitution.bandit.max_other_rows", "10000000"},
                                                    {"test_time.samples", "1000000000"}};
    Arguments overrides;
    for (const auto& [path, value] : bounds) {
        overrides.insert(overrides.end(), {"--set", path + "=" + value});
    }
    const Outcome outcome = run(simulate(folder / "tiny.yaml", folder / "out", Ranks::alone, overrides));
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_EQ(count_rows(folder / "out", "rounds", {}), 1 + 2);
}

/// 2^32 was 0 as a number of 32 bits, and the remainder of a division by it ended the run.
TEST(OptionLimits, TheyAreNotCutToThirtyTwoBits) {
    const TemporaryFolder folder;
    write_text(folder / "tiny.yaml", "name: tiny\nrounds: 2\ncheckpoint_every: 4294967296\n");
    const Outcome outcome = run(simulate(folder / "tiny.yaml", folder / "out", Ranks::alone));
    EXPECT_EQ(outcome.exit_code, 2) << outcome;
    EXPECT_NE(outcome.errors.find("tiny.yaml:3: checkpoint_every is 4294967296 (expected an integer in [1, 1000000])"),
              std::string::npos)
        << outcome;
    EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

}  // namespace
}  // namespace mlaasim::testing
