// Golden rows: small scenarios give the rows that are committed beside them. README.md says what this is for.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "golden/comparison.hpp"
#include "golden/key.hpp"
#include "golden/rows.hpp"
#include "support/simulation.hpp"

namespace mlaasim::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* how_to_update =
    "If the change is meant to do this: scripts/golden --update, and say in the commit which rows changed and why.";

/// Set by `scripts/golden --update`: rows are written, not compared.
bool updates() {
    const char* const update = std::getenv("MLAASIM_UPDATE_GOLDEN");
    return update != nullptr && std::string{update} == "1";
}

/// Names of the folders of tests/golden that hold a scenario.
std::vector<std::string> scenarios() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator{test_scenario("golden")}) {
        if (fs::exists(entry.path() / "scenario.yaml")) {
            names.push_back(entry.path().filename().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

fs::path scenario_file(const std::string& scenario) { return test_scenario("golden/" + scenario + "/scenario.yaml"); }

fs::path rows_file(const std::string& scenario, const std::string& key) {
    return test_scenario("golden/" + scenario + "/" + key + ".rows");
}

/// The keys under which a scenario has rows.
std::set<std::string> listed_keys(const std::string& scenario) {
    std::set<std::string> keys;
    for (const auto& entry : fs::directory_iterator{test_scenario("golden/" + scenario)}) {
        if (entry.path().extension() == ".rows") {
            keys.insert(entry.path().stem().string());
        }
    }
    return keys;
}

std::set<std::string> all_keys() {
    std::set<std::string> keys;
    for (const std::string& scenario : scenarios()) {
        keys.merge(listed_keys(scenario));
    }
    return keys;
}

/// Empty when the key is listed, else what to say when its rows can't be compared.
std::string why_skipped(const std::string& key, const std::set<std::string>& listed) {
    if (listed.contains(key)) {
        return {};
    }
    std::string text = "no golden rows for " + key + "; there are rows for";
    for (const std::string& name : listed) {
        text += "\n  " + name;
    }
    return text + "\nscripts/golden --update adds those of this machine";
}

/// A listed key of the same instruction sets and maker, to compare with where rows are new; empty when there is none.
std::string relative_of(const std::string& key, const std::set<std::string>& listed) {
    const std::string sets = key.substr(0, key.find("-torch") + 1);
    const auto found = std::find_if(listed.begin(), listed.end(),
                                    [&](const std::string& name) { return name != key && name.starts_with(sets); });
    return found == listed.end() ? std::string{} : *found;
}

/// The key of runs in this environment; empty when the program can't run in it.
std::string key_of(const Arguments& environment) {
    const Outcome version = run(mlaasim({"--version"}), environment);
    return version.exit_code == 0 ? golden_key(version.output) : std::string{};
}

/// After an update: the keys whose rows another machine has to update.
class RowsOfOtherMachines : public ::testing::Environment {
public:
    static std::set<std::string>& updated() {
        static std::set<std::string> keys;
        return keys;
    }

    void TearDown() override {
        if (!updates()) {
            return;
        }
        for (const std::string& key : all_keys()) {
            if (!updated().contains(key)) {
                std::cout << "not computed here, and out of date if rows changed above: " << key << "\n";
            }
        }
    }
};

const auto* const rows_of_other_machines =
    ::testing::AddGlobalTestEnvironment(new RowsOfOtherMachines);  // GoogleTest owns it

class GoldenRowsTest : public ::testing::Test {
protected:
    /// Runs scenarios side by side.
    void simulate_all(const std::vector<std::string>& names, const Arguments& environment) {
        std::map<std::string, std::unique_ptr<Program>> programs;
        for (const std::string& name : names) {
            programs[name] =
                std::make_unique<Program>(simulate(scenario_file(name), folder_ / name, Ranks::alone), environment);
        }
        for (const auto& [name, program] : programs) {
            const Outcome outcome = program->wait();
            ASSERT_EQ(outcome.exit_code, 0) << name << ": " << outcome;
        }
    }

    [[nodiscard]] GoldenRows computed(const std::string& name) const {
        return golden_rows(folder_ / name / "trace.h5");
    }

    static GoldenRows committed(const std::string& scenario, const std::string& key) {
        return from_text(text_of(rows_file(scenario, key)));
    }

    void compare(const std::string& scenario, const std::string& key) const {
        const std::string difference = differences(committed(scenario, key), computed(scenario));
        if (!difference.empty()) {
            ADD_FAILURE() << "rows of " << rows_file(scenario, key).string() << " differ\n"
                          << difference << how_to_update;
        }
    }

    /// Writes the rows where they differ, and says what changed.
    void update(const std::string& scenario, const std::string& key) const {
        const GoldenRows now = computed(scenario);
        const std::set<std::string> listed = listed_keys(scenario);
        if (listed.contains(key)) {
            const std::string difference = differences(committed(scenario, key), now);
            if (difference.empty()) {
                return;
            }
            std::cout << scenario << ", " << key << ": changed\n" << difference;
        } else {
            const std::string relative = relative_of(key, listed);
            std::cout << scenario << ", " << key << ": new\n";
            if (!relative.empty()) {
                const std::string difference = differences(committed(scenario, relative), now);
                std::cout << (difference.empty() ? "  the rows of " : "  against the rows of ") << relative << "\n"
                          << difference;
            }
        }
        write_text(rows_file(scenario, key), to_text(now));
        EXPECT_EQ(committed(scenario, key), now) << rows_file(scenario, key);
    }

    void compare_or_update(const std::string& key, const Arguments& environment) {
        std::vector<std::string> names;
        for (const std::string& name : scenarios()) {
            if (updates() || listed_keys(name).contains(key)) {
                names.push_back(name);
            }
        }
        simulate_all(names, environment);
        for (const std::string& name : names) {
            updates() ? update(name, key) : compare(name, key);
        }
        RowsOfOtherMachines::updated().insert(key);
    }

    TemporaryFolder folder_;
};

TEST_F(GoldenRowsTest, OfThisMachine) {
    const std::string key = key_of({});
    ASSERT_FALSE(key.empty()) << run(mlaasim({"--version"}));
    if (const std::string reason = why_skipped(key, all_keys()); !reason.empty() && !updates()) {
        GTEST_SKIP() << reason;
    }
    compare_or_update(key, {});
}

/// As a processor computes them that has no more than AVX2, on one that has more.
TEST_F(GoldenRowsTest, OfAvx2) {
    const Arguments avx2 = {"MLAASIM_INSTRUCTION_SET=AVX2", "ATEN_CPU_CAPABILITY=avx2"};
    const std::string key = key_of(avx2);
    if (key.empty() || key == key_of({})) {
        GTEST_SKIP() << (key.empty() ? "this machine has no AVX2" : "this machine's own rows are those of AVX2");
    }
    if (const std::string reason = why_skipped(key, all_keys()); !reason.empty() && !updates()) {
        GTEST_SKIP() << reason;
    }
    compare_or_update(key, avx2);
}

TEST_F(GoldenRowsTest, AreTheSameOnTwoRanks) {
    const std::string key = key_of({});
    const std::string scenario = "parametric";
    if (const std::string reason = why_skipped(key, listed_keys(scenario)); !reason.empty()) {
        GTEST_SKIP() << reason;
    }
    const Outcome outcome = run(simulate(scenario_file(scenario), folder_ / scenario, Ranks{2}));
    ASSERT_EQ(outcome.exit_code, 0) << outcome;
    compare(scenario, key);
}

/// A scenario whose rows were not committed would be compared nowhere.
TEST(GoldenFiles, EveryScenarioHasRows) {
    EXPECT_GE(scenarios().size(), 8U);
    for (const std::string& scenario : scenarios()) {
        EXPECT_FALSE(listed_keys(scenario).empty()) << scenario << ": scripts/golden --update writes its rows";
    }
}

/// What no scenario fills, no golden row watches.
TEST(GoldenFiles, EveryTableHasRowsInSomeScenario) {
    std::set<std::string> filled;
    for (const std::string& scenario : scenarios()) {
        for (const std::string& key : listed_keys(scenario)) {
            for (const TextTable& table : from_text(text_of(rows_file(scenario, key)))) {
                if (!table.rows.empty()) {
                    filled.insert(table.name);
                }
            }
        }
    }
    for (const sim::Table* table : sim::all_tables()) {
        EXPECT_TRUE(!is_golden(*table) || filled.contains(std::string{table->name}))
            << "no scenario of tests/golden has rows in table " << table->name;
    }
    EXPECT_TRUE(filled.contains("checkpoint"));
}

TEST(GoldenFiles, NewRowsAreShownBesideThoseOfTheSameInstructionSets) {
    const std::set<std::string> listed{"AVX2-AVX2-amd-torch1-gcc12-glibc2", "AVX3-AVX512-amd-torch1-gcc12-glibc2"};
    EXPECT_EQ(relative_of("AVX3-AVX512-amd-torch2-gcc13-glibc3", listed), "AVX3-AVX512-amd-torch1-gcc12-glibc2");
    EXPECT_EQ(relative_of("AVX3-AVX512-intel-torch1-gcc12-glibc2", listed), "");
}

TEST(GoldenFiles, MachineThatIsNotListedSkipsAndNamesWhatIs) {
    EXPECT_EQ(why_skipped("AVX3", {"AVX2", "AVX3"}), "");
    const std::string reason = why_skipped("NEON", {"AVX2", "AVX3"});
    for (const char* word : {"no golden rows for NEON", "AVX2", "AVX3", "scripts/golden --update"}) {
        EXPECT_NE(reason.find(word), std::string::npos) << reason;
    }
}

}  // namespace
}  // namespace mlaasim::testing
