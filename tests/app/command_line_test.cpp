// The program as a newcomer meets it: what it prints, what it says of mistakes, and its exit codes.
#include <gnu/libc-version.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "app/help.hpp"
#include "support/expectations.hpp"
#include "support/simulation.hpp"
#include "support/traces.hpp"

namespace mlaasim::testing {
namespace {

/// Small enough to run within a second.
constexpr const char* tiny = R"(name: tiny
seed: 5
rounds: 2
data: {source: synthetic_digits, synthetic_train: 400, synthetic_test: 100}
model: {kind: mlp, hidden: [16]}
services: {count: 4, partition: {samples: 40}}
clients: {count: 2, stream: 20}
adaptation: {every: 0}
)";

class CommandLine : public ::testing::Test {
protected:
    /// Writes a file into the test's folder and gives its path.
    std::string file(const std::string& name, const std::string& text) {
        write_text(folder_ / name, text);
        return (folder_ / name).string();
    }
    [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

private:
    TemporaryFolder folder_;
};

int occurrences(const std::string& text, const std::string& word) {
    int count = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        ++count;
    }
    return count;
}

TEST_F(CommandLine, Help) {
    const Outcome help = run(mlaasim({"--help"}));
    expect_prints(help, {"usage: mlaasim", "run SCENARIO.yaml", "check", "describe", "schema", "trace", "Exit codes",
                         "--resume", "--set", "--data", "--output"});
    EXPECT_EQ(run(mlaasim({})).output, help.output);
    EXPECT_EQ(run(mlaasim({"-h"})).output, help.output);
    expect_prints(run(mlaasim({"check", "a.yaml", "--help"})), {"usage: mlaasim check SCENARIO.yaml"});
}

TEST_F(CommandLine, EverySubcommandExplainsItselfAndIsDocumented) {
    const std::string page = text_of(std::filesystem::path{MLAASIM_SOURCE_DIR} / "docs" / "command-line.md");
    const std::string help = run(mlaasim({"--help"})).output;
    std::set<std::string> words;
    for (const app::Subcommand& command : app::subcommands()) {
        const std::string call = "mlaasim " + command.word;
        EXPECT_TRUE(words.insert(command.word).second) << command.word << " is there twice";
        EXPECT_TRUE(command.usage.starts_with(call)) << command.usage;
        EXPECT_NE(page.find("\n    " + call + " "), std::string::npos) << command.word << " is not in command-line.md";
        expect_prints(run(mlaasim({command.word, "--help"})), {"usage: " + command.usage, command.about});
        for (const app::Form& form : command.forms) {
            EXPECT_NE(help.find("\n  " + app::words_of(command, form) + " "), std::string::npos) << command.word;
        }
    }
}

TEST_F(CommandLine, HelpUnderMpirunIsPrintedOnce) {
    const Outcome help = run(mlaasim({"run", "--help"}, Ranks{2}));
    EXPECT_EQ(help.exit_code, 0) << help;
    EXPECT_EQ(occurrences(help.output, "usage:"), 1) << help;
}

TEST_F(CommandLine, Version) {
    expect_prints(run(mlaasim({"--version"})), {"mlaasim ", "(commit ", "LibTorch ", " on ", "HDF5 ", "MPI"});
}

/// The compiler and the C library have a part in the bits of a result.
TEST_F(CommandLine, CompilerAndCLibraryAreNamed) {
    const std::string gcc = "GCC " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__) + ".";
    const std::string library = std::string{"glibc "} + gnu_get_libc_version();
    expect_prints(run(mlaasim({"--version"})), {"\n" + gcc, "\n" + library + "\n"});
    ASSERT_EQ(run(simulate(file("tiny.yaml", tiny), path("out"), Ranks::alone)).exit_code, 0);
    expect_prints(run(mlaasim({"trace", "info", path("out/trace.h5")})), {"; " + gcc, "; " + library});
}

TEST_F(CommandLine, UnknownCommand) {
    expect_error(run(mlaasim({"chek", "x.yaml"})), {"unknown command \"chek\"", "did you mean check?"});
    expect_error(run(mlaasim({"--frobnicate"})), {"unknown command \"--frobnicate\"", "mlaasim --help"});
}

TEST_F(CommandLine, WrongArguments) {
    expect_error(run(mlaasim({"check"})), {"no scenario file", "mlaasim check SCENARIO.yaml", "experiments/"});
    expect_error(run(mlaasim({"check", "a.yaml", "b.yaml"})), {"more than one scenario file"});
    expect_error(run(mlaasim({"check", "a.yaml", "--frobnicate"})), {"--frobnicate", "mlaasim check"});
    expect_error(run(mlaasim({"run", "a.yaml", "--frobnicate"})), {"[--output DIR] [--max-time TIME])"});
    expect_error(run(mlaasim({"compare"})), {"compare takes two runs or more, not 0", "mlaasim compare A B [C ...]"});
    expect_error(run(mlaasim({"schema", "--xml"})), {"--xml", "--markdown"});
    expect_error(run(mlaasim({"trace"})), {"mlaasim trace info|verify FILE"});
    expect_error(run(mlaasim({"trace", "csv", "x.h5"})),
                 {"trace csv needs a table", "one of rounds, services", "x.h5 rounds"});
    expect_error(run(mlaasim({"trace", "verfy", "x.h5"})), {"unknown action \"verfy\"", "did you mean verify?"});
}

TEST_F(CommandLine, CheckOfGoodScenarios) {
    const std::string scenario = file("tiny.yaml", tiny);
    expect_prints(run(mlaasim({"check", scenario})), {scenario + ": ok\n"});
    const auto experiments = std::filesystem::path{MLAASIM_SOURCE_DIR} / "experiments";
    for (const auto& entry : std::filesystem::recursive_directory_iterator{experiments}) {
        if (entry.path().extension() == ".yaml") {
            expect_prints(run(mlaasim({"check", entry.path().string()})), {": ok"});
        }
    }
}

TEST_F(CommandLine, CheckOfBrokenScenarioNamesEveryMistake) {
    const std::string scenario =
        file("broken.yaml", "name: broken\nrouds: 3\nmodel: {kind: mlpp}\nservices:\n  count: 0\n");
    const Outcome outcome = run(mlaasim({"check", scenario}));
    expect_error(outcome, {scenario + ":2: rouds is not a known key", "did you mean \"rounds\"?",
                           scenario + ":3: model.kind is mlpp", "did you mean \"mlp\"?",
                           scenario + ":5: services.count is 0 (expected an integer in [1, "});
    EXPECT_EQ(occurrences(outcome.errors, "\n"), 3) << outcome;
}

/// Mistakes that show only beside the data are located like the others.
TEST_F(CommandLine, ScenarioThatDoesNotFitTheDataIsLocated) {
    const std::string scenario =
        file("greedy.yaml",
             "rounds: 1\ndata: {synthetic_train: 300, synthetic_test: 40}\nservices:\n  count: 5\n"
             "  partition:\n    samples: 100\nclients: {count: 4}\n"
             "adaptation: {every: 0}\n");
    expect_prints(run(mlaasim({"check", scenario})), {"ok"});
    expect_error(run(simulate(scenario, path("out"), Ranks::alone)),
                 {scenario + ":6: 300 samples are too few for 5 services with samples 100", "samples at most 60"});
    expect_error(run(simulate(scenario, path("out"), Ranks::alone,
                              {"--set", "services.partition.samples=0", "--set", "clients.partition.min_samples=20"})),
                 {"--set clients.partition.min_samples=20: 40 samples are too few for 4 clients"});
    EXPECT_FALSE(std::filesystem::exists(path("out")));
}

TEST_F(CommandLine, ScenarioThatIsNone) {
    expect_error(run(mlaasim({"check", path("absent.yaml")})), {path("absent.yaml"), "No such file or directory"});
    expect_error(run(mlaasim({"check", path("")})), {path("") + ": this is a folder"});
    expect_error(run(mlaasim({"check", file("open.yaml", "model: {kind: mlp\n")})), {"open.yaml:", "YAML syntax"});
}

TEST_F(CommandLine, Overrides) {
    const std::string scenario = file("tiny.yaml", tiny);
    expect_prints(run(mlaasim({"describe", scenario, "--set", "rounds=7", "--set", "model.hidden=[8, 4]"})),
                  {"rounds: 7\n", "hidden: [8, 4]\n"});
    expect_error(run(mlaasim({"check", scenario, "--set", "rounds"})), {"--set rounds", "key.path=value"});
    expect_error(run(mlaasim({"check", scenario, "--set", "roundz=7"})),
                 {"--set roundz=7", "did you mean \"rounds\"?"});
    expect_error(run(mlaasim({"check", scenario, "--set", "rounds=many"})),
                 {"--set rounds=many", "an integer in [1, "});
    expect_error(run(mlaasim({"check", scenario, "--set"})), {"--set", "missing"});
}

TEST_F(CommandLine, DescribeRoundTrips) {
    for (const char* source : {"crash/crash.yaml", "distributed/same_bits.yaml"}) {
        const Outcome described = run(mlaasim({"describe", test_scenario(source).string()}));
        expect_prints(described, {"name: ", "seed: ", "drift:\n", "test_time:\n"});
        const std::string copy = file("described.yaml", described.output);
        expect_prints(run(mlaasim({"check", copy})), {"ok"});
        EXPECT_EQ(run(mlaasim({"describe", copy})).output, described.output);
    }
}

TEST_F(CommandLine, DescribeSaysWhichEngineAndWhy) {
    const std::string scenario = file("tiny.yaml", tiny);
    expect_prints(run(mlaasim({"describe", scenario})), {"# engine: fused, on ", "fused kernels for all layers"});
    expect_prints(run(mlaasim({"describe", scenario, "--set", "engine=autograd"})),
                  {"# engine: autograd", "asked for"});
}

TEST_F(CommandLine, PlanPredictsForAnyNumberOfRanks) {
    const std::string scenario = file("tiny.yaml", tiny);
    for (const char* ranks : {"1", "2", "1000"}) {
        const Outcome planned = run(mlaasim({"plan", scenario, "--ranks", ranks}));
        expect_prints(planned, {std::string{" on "} + ranks + " rank", "local training, s", "private memory, MiB",
                                "bytes sent, KiB", "imbalance of the placement", "a round, s"});
    }
    expect_prints(run(mlaasim({"plan", scenario, "--set", "rounds=1", "--set", "clients.count=1"})),
                  {"tiny: 4 services, 4 members, 1 client, 1 round on 1 rank\n"});
    const Outcome refused = run(mlaasim({"plan", scenario, "--ranks", "0"}));
    EXPECT_EQ(refused.exit_code, 2) << refused;
    EXPECT_NE(refused.errors.find("--ranks is 0"), std::string::npos) << refused;
    EXPECT_FALSE(std::filesystem::exists(path("results")));
}

TEST_F(CommandLine, SchemaKnowsEveryTopLevelKey) {
    const Outcome schema = run(mlaasim({"schema"}));
    EXPECT_EQ(schema.exit_code, 0) << schema;
    const auto json = nlohmann::json::parse(schema.output, nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(json.is_object()) << schema;
    std::istringstream described{run(mlaasim({"describe", file("tiny.yaml", tiny)})).output};
    int keys = 0;
    for (std::string line; std::getline(described, line);) {
        if (!line.empty() && line.front() != ' ' && line.front() != '#') {
            const std::string key = line.substr(0, line.find(':'));
            EXPECT_TRUE(json.at("properties").contains(key)) << key;
            ++keys;
        }
    }
    EXPECT_EQ(static_cast<std::size_t>(keys), json.at("properties").size());
    EXPECT_GE(keys, 15);
    expect_prints(run(mlaasim({"schema", "--markdown"})), {"# Scenario reference", "checkpoint_every"});
}

TEST_F(CommandLine, TraceOfARun) {
    const Outcome outcome = run(simulate(file("tiny.yaml", tiny), path("out"), Ranks::alone));
    expect_prints(outcome,
                  {"tiny: 4 services, 4 members, 2 clients, 2 rounds, 1 rank", "trace: " + path("out/trace.h5")});
    expect_prints(run(mlaasim({"trace", "info", path("out/trace.h5")})),
                  {"written by  mlaasim", "seed        5", "up to round 2", "timing"});
    expect_prints(run(mlaasim({"trace", "csv", path("out/trace.h5"), "rounds"})),
                  {"round,members,", "\n1,4,", "\n2,4,"});
    const Outcome verified = run(mlaasim({"trace", "verify", path("out/trace.h5")}));
    expect_prints(verified, {"  rounds\n", "  timing\n"});
    for (const auto& [name, digest] : digests(path("out"))) {
        expect_prints(verified, {digest + "  " + name + "\n"});
    }
    expect_error(run(mlaasim({"trace", "csv", path("out/trace.h5"), "round"})), {"\"round\"", "did you mean rounds?"});
    expect_error(run(mlaasim({"trace", "csv", path("out/trace.h5")})),
                 {"trace csv needs a table", "mlaasim trace csv " + path("out/trace.h5") + " rounds"});
}

TEST_F(CommandLine, CompareSaysWhatAdaptationWasWorth) {
    const std::string scenario = file("tiny.yaml", std::string{tiny} + "composition: {members: 3}\n");
    const Arguments adapting{"--set", "adaptation.every=1"};
    const Arguments untouched = adapting + Arguments{"--set", "adaptation.strategy.kind=none"};
    EXPECT_EQ(run(simulate(scenario, path("with"), Ranks::alone, adapting)).exit_code, 0);
    EXPECT_EQ(run(simulate(scenario, path("without"), Ranks::alone, untouched)).exit_code, 0);
    const Outcome compared = run(mlaasim({"compare", path("with"), path("without/trace.h5")}));
    expect_prints(compared, {"\nround without  with |", "\n    2 ", "\n\nAt the end the clients had ",
                             "without adaptation it would have been", "more modelled"});
    std::smatch shares;
    ASSERT_TRUE(
        std::regex_search(compared.output, shares, std::regex{"had ([0-9.]+) % right[^:]*been\\s([0-9.]+) %:"}));
    const auto accuracy = [&](const char* folder) {
        return 100.0 * std::stod(table_of(path(folder), "rounds").back().at("accuracy"));
    };
    EXPECT_NEAR(std::stod(shares[1]), accuracy("with"), 0.0501) << compared;
    EXPECT_NEAR(std::stod(shares[2]), accuracy("without"), 0.0501) << compared;
    EXPECT_EQ(run(mlaasim({"compare", path("without"), path("with")})).output, compared.output);
    expect_error(run(mlaasim({"compare", path("with"), path("absent.h5")})), {path("absent.h5"), "No such file"});
}

TEST_F(CommandLine, TraceThatIsNone) {
    const std::string text = file("notes.txt", "no HDF5 file\n");
    for (const Arguments& action : {Arguments{"info"}, Arguments{"verify"}, Arguments{"csv"}}) {
        const Arguments table = action.front() == "csv" ? Arguments{"rounds"} : Arguments{};
        expect_error(run(mlaasim(Arguments{"trace"} + action + Arguments{text} + table)), {text});
        expect_error(run(mlaasim(Arguments{"trace"} + action + Arguments{path("absent.h5")} + table)),
                     {path("absent.h5"), "No such file or directory"});
    }
}

TEST_F(CommandLine, BadScenarioUnderMpirunIsReportedOnce) {
    const std::string scenario = file("bad.yaml", std::string{tiny} + "bogus: 1\n");
    const Outcome outcome = run(simulate(scenario, path("out"), Ranks{2}));
    EXPECT_EQ(outcome.exit_code, 2) << outcome;
    EXPECT_EQ(occurrences(outcome.all(), "mlaasim: error: "), 1) << outcome;
    EXPECT_NE(outcome.errors.find(scenario + ":9: bogus is not a known key"), std::string::npos) << outcome;
    EXPECT_FALSE(std::filesystem::exists(path("out")));
}

TEST_F(CommandLine, NoEscapeCodesWhereThereIsNoTerminal) {
    for (const Ranks ranks : {Ranks::alone, Ranks{2}}) {
        const Outcome outcome = run(simulate(file("tiny.yaml", tiny), path("out"), ranks));
        EXPECT_EQ(outcome.exit_code, 0) << outcome;
        EXPECT_EQ(outcome.all().find('\x1b'), std::string::npos) << outcome;
        EXPECT_EQ(outcome.all().find('\r'), std::string::npos) << outcome;
        EXPECT_EQ(outcome.errors, "") << outcome;
    }
}

TEST_F(CommandLine, DataFolderWithoutData) {
    const std::string scenario = file("tiny.yaml", tiny);
    const std::string folder = path("");
    const Arguments real{"--set", "data.source=mnist"};
    const Arguments words{folder, "no mnist", "train-images-idx3-ubyte", "synthetic_digits"};
    expect_error(run(simulate(scenario, path("out"), Ranks::alone, real + Arguments{"--data", folder})), words);
    expect_error(run(simulate(scenario, path("out"), Ranks::alone, real), {"MLAASIM_DATA=" + folder}), words);
    expect_error(run(simulate(scenario, path("out"), Ranks::alone, real)),
                 {"no data folder", "--data", "MLAASIM_DATA"});
    EXPECT_FALSE(std::filesystem::exists(path("out")));
}

TEST_F(CommandLine, OutputThatCannotBeWrittenIsAnError) {
    const std::string scenario = file("tiny.yaml", tiny);
    const std::string redirected =
        std::string{"exec \""} + MLAASIM_PROGRAM + "\" describe \"" + scenario + "\" >/dev/full";
    const Outcome outcome = run({"sh", "-c", redirected});
    EXPECT_EQ(outcome.exit_code, 2) << outcome;
    EXPECT_NE(outcome.errors.find("mlaasim: error: "), std::string::npos) << outcome;
}

}  // namespace
}  // namespace mlaasim::testing
