// What studies add to other subcommands, and the parts of `mlaasim sweep` that a test sees without playing.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/capacity.hpp"
#include "app/sweep_display.hpp"
#include "sim/trace/packing.hpp"
#include "sim/trace/records.hpp"
#include "support/studies.hpp"

namespace mlaasim::testing {
namespace {

class StudyCommands : public ::testing::Test {
protected:
    std::string file(const std::string& name, const std::string& text) {
        write_text(folder_ / name, text);
        return (folder_ / name).string();
    }

    TemporaryFolder folder_;
};

TEST_F(StudyCommands, CheckKnowsStudies) {
    const std::string study = file("study.yaml", small_study_text(2));
    EXPECT_EQ(run(mlaasim({"check", study})).output, study + ": ok, 4 points\n");
    const Outcome refused = run(mlaasim({"run", study, "--output", (folder_ / "output").string()}));
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_NE(refused.errors.find(study + ":8: the section sweep makes this a study"), std::string::npos) << refused;
    EXPECT_NE(refused.errors.find("mlaasim sweep plays studies"), std::string::npos) << refused;
}

TEST_F(StudyCommands, CheckSpeaksJson) {
    const auto verdict = [](const Outcome& outcome) {
        EXPECT_EQ(outcome.errors, "");
        return nlohmann::json::parse(outcome.output, nullptr, /*allow_exceptions=*/false);
    };
    const Outcome good = run(mlaasim({"check", "--json", file("good.yaml", "rounds: 3\nadaptation: {start: 7}\n")}));
    EXPECT_EQ(good.exit_code, 0);
    const auto warned = verdict(good);
    EXPECT_EQ(warned.at("ok"), true);
    EXPECT_TRUE(warned.at("errors").empty());
    ASSERT_EQ(warned.at("warnings").size(), 1U) << good;
    EXPECT_EQ(warned.at("warnings")[0].at("line"), 2);
    const std::string broken = file("broken.yaml", "rouds: 3\nservices:\n  count: 0\n");
    const Outcome bad = run(mlaasim({"check", "--json", broken, "--set", "clients.count=-1"}));
    EXPECT_EQ(bad.exit_code, 2);
    const auto errors = verdict(bad).at("errors");
    ASSERT_EQ(errors.size(), 3U) << bad;
    EXPECT_EQ(errors[0].at("file"), broken);
    EXPECT_EQ(errors[0].at("line"), 1);
    EXPECT_EQ(errors[0].at("hint"), "did you mean \"rounds\"?");
    EXPECT_EQ(errors[1].at("what"), "services.count is 0");
    EXPECT_EQ(errors[2].at("file"), "--set clients.count=-1");
    EXPECT_TRUE(errors[2].at("line").is_null());
}

TEST_F(StudyCommands, PlanSpeaksJson) {
    const std::string scenario =
        file("tiny.yaml",
             "rounds: 4\ndata: {source: synthetic_digits, synthetic_train: 400, synthetic_test: 100}\n"
             "model: {kind: logistic}\nservices: {count: 4, partition: {samples: 40}}\n"
             "clients: {count: 2, stream: 20}\nadaptation: {every: 0}\n");
    const Outcome outcome = run(mlaasim({"plan", "--json", scenario, "--ranks", "2"}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    const auto plan = nlohmann::json::parse(outcome.output, nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(plan.is_object()) << outcome;
    EXPECT_EQ(plan.at("ranks"), 2);
    EXPECT_EQ(plan.at("rounds"), 4);
    EXPECT_TRUE(plan.at("assessment_s").is_null());
    EXPECT_EQ(plan.at("per_rank_and_round").at("services_trained").at("mean"), 2.0);
    double sum = 0.0;
    for (const auto& [part, seconds] : plan.at("parts_s").items()) {
        sum += seconds.get<double>();
    }
    EXPECT_NEAR(plan.at("round_s").get<double>(), sum, 1e-12);
    EXPECT_NEAR(plan.at("total_s").get<double>(), 4.0 * sum, 1e-9);
}

/// The rows of a large composition are most of its trace; what is left out is not planned for.
TEST_F(StudyCommands, PlanSaysHowTheTraceGrows) {
    const std::string scenario =
        file("large.yaml",
             "rounds: 2\ndata: {source: synthetic_digits, synthetic_train: 10001, synthetic_test: 100}\n"
             "model: {kind: logistic}\nservices: {count: 10001, partition: {samples: 1}}\n"
             "clients: {count: 2, stream: 20}\nadaptation: {every: 0}\n");
    const auto kib = [&](const std::string& kept) {
        const Outcome outcome = run(mlaasim({"plan", "--json", scenario, "--set", "trace.service_rows=" + kept}));
        EXPECT_EQ(outcome.exit_code, 0) << outcome;
        return nlohmann::json::parse(outcome.output).at("trace_kib").get<double>();
    };
    const double row_kib = static_cast<double>(sim::packed_size(sim::ServiceRecord::table())) / 1024.0;
    EXPECT_NEAR(kib("all") - kib("none"), 10001 * row_kib, 1e-6);
    EXPECT_NEAR(kib("auto") - kib("none"), 1000 * row_kib, 1e-6);
    const auto folder = folder_ / "grown";
    const auto grown = [&](const char* rounds) {
        const Outcome outcome = run(mlaasim({"run", scenario, "--output", folder.string(), "--set",
                                             std::string{"rounds="} + rounds, "--set", "trace.service_rows=all"}));
        EXPECT_EQ(outcome.exit_code, 0) << outcome;
        return static_cast<double>(std::filesystem::file_size(folder / "trace.h5")) / 1024.0;
    };
    EXPECT_NEAR((grown("3") - grown("1")) / 2.0, kib("all"), 0.1 * kib("all"));
}

TEST_F(StudyCommands, SchemaOfStudiesAddsThreeSections) {
    const auto of = [](const Arguments& further) {
        return nlohmann::json::parse(run(mlaasim(Arguments{"schema"} + further)).output, nullptr, false);
    };
    const auto scenario = of({});
    const auto study = of({"--study"});
    EXPECT_EQ(study.at("properties").size(), scenario.at("properties").size() + 3);
    EXPECT_EQ(study.at("required"), (nlohmann::json{"sweep"}));
    const auto& sweep = study.at("properties").at("sweep");
    EXPECT_EQ(sweep.at("properties").size(), 7U);
    EXPECT_EQ(sweep.at("additionalProperties"), false);
    EXPECT_EQ(run(mlaasim({"schema", "--markdown", "--study"})).exit_code, 2);
}

/// A point's scenario lies in a folder of its own: what it names beside the study must still be found.
TEST_F(StudyCommands, PointsFindTheDataBesideTheStudy) {
    const std::string study = file("study.yaml", "data: {source: files, path: own}\nsweep: {seeds: 2}\n");
    const Outcome absent = run(mlaasim({"check", study}));
    EXPECT_EQ(absent.exit_code, 2) << absent;
    EXPECT_NE(absent.errors.find(study + ":1: "), std::string::npos) << absent;
    const Outcome made = run({"python3", "-c",
                              "import struct, sys, os\n"
                              "def npy(name, descr, shape, data):\n"
                              "    head = str({'descr': descr, 'fortran_order': False, 'shape': shape})\n"
                              "    head += ' ' * (63 - (len(head) + 10) % 64) + '\\n'\n"
                              "    with open(os.path.join(sys.argv[1], name), 'wb') as f:\n"
                              "        f.write(b'\\x93NUMPY\\x01\\x00' + struct.pack('<H', len(head)) + "
                              "head.encode() + data)\n"
                              "os.mkdir(sys.argv[1])\n"
                              "for pool, n in (('train', 400), ('test', 80)):\n"
                              "    npy('x_' + pool + '.npy', '|u1', (n, 6), bytes(i % 251 for i in range(6 * n)))\n"
                              "    npy('y_' + pool + '.npy', '|u1', (n,), bytes(i % 4 for i in range(n)))\n",
                              (folder_ / "own").string()});
    ASSERT_EQ(made.exit_code, 0) << made;
    const Outcome played = run(sweep(study, folder_ / "output", {"--set", "rounds=1", "--set", "services.count=4"}));
    EXPECT_EQ(played.exit_code, 0) << played;
}

TEST(SweepDisplay, TellsHowFarItIs) {
    const study::SweepProgress start{.points = 10, .complete = 2, .rounds = 100, .rounds_done = 20};
    study::SweepProgress now = start;
    now.running = 3;
    EXPECT_EQ(app::seconds_left(start, now, 7.0), std::nullopt);
    EXPECT_EQ(app::sweep_words(now, std::nullopt), "2 of 10 points, 3 running, ETA ...");
    now.complete = 4;
    now.failed = 1;
    now.rounds_done = 60;
    EXPECT_DOUBLE_EQ(*app::seconds_left(start, now, 30.0), 30.0);
    EXPECT_EQ(app::sweep_words(now, 65.0), "4 of 10 points, 3 running, 1 failed, ETA 1:05");
}

TEST(Capacity, FillsCoresAndMemory) {
    EXPECT_EQ(app::jobs_that_fit({.cores = 8, .memory_mib = 64000.0}, 200.0), 8U);
    EXPECT_EQ(app::jobs_that_fit({.cores = 8, .memory_mib = 1000.0}, 300.0), 3U);
    EXPECT_EQ(app::jobs_that_fit({.cores = 8, .memory_mib = 10.0}, 300.0), 1U);
    EXPECT_GE(app::capacity().cores, 1U);
    EXPECT_GT(app::capacity().memory_mib, 1.0);
}

}  // namespace
}  // namespace mlaasim::testing
