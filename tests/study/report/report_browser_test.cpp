// Reports in a real browser: headless Chromium opens them, clicks through them, and takes pictures. Where there is no
// Chromium the cases are skipped, unless MLAASIM_REQUIRE_BROWSER is set, as it is by .ci/run. MLAASIM_SCREENSHOTS names
// a folder for the pictures.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "study/report/made_study.hpp"
#include "study/report/run_report.hpp"
#include "study/report/study_report.hpp"
#include "support/needs.hpp"
#include "support/program.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;
using mlaasim::testing::Outcome;
using mlaasim::testing::TemporaryFolder;

/// The exit code of look_at_report.py where there is no Chromium.
constexpr int no_browser = 77;

class ReportInBrowser : public ::testing::Test {
protected:
    /// The outcome of looking at a report; its test is skipped where there is no browser.
    Outcome look(const std::string& html, double seconds = 30.0) {
        std::ofstream{folder_ / "report.html", std::ios::binary} << html;
        const char* const kept = std::getenv("MLAASIM_SCREENSHOTS");
        const fs::path pictures = kept != nullptr
                                      ? fs::path{kept} / ::testing::UnitTest::GetInstance()->current_test_info()->name()
                                      : folder_.path();
        fs::create_directories(pictures);
        return mlaasim::testing::run({"python3", "-B",
                                      std::string{MLAASIM_SOURCE_DIR} + "/tests/study/report/look_at_report.py",
                                      (folder_ / "report.html").string(), "--screenshots", pictures.string(),
                                      "--seconds", std::to_string(seconds * mlaasim::testing::slowness())});
    }

    TemporaryFolder folder_;
};

TEST_F(ReportInBrowser, SmallRun) {
    const Outcome outcome = look(report_of(read_run_trace(testing::make_run(folder_.path()))));
    if (outcome.exit_code == no_browser) {
        SKIP_WITHOUT("browser", "there is no Chromium");
    }
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
}

/// Everything that a round can have, 500 members, 200 rounds.
void append_large_round(sim::RowBuffer& rows, std::uint32_t round) {
    testing::append_round(rows, round, 0.5 + 0.4 * std::sin(0.05 * round), 1);
    for (std::uint32_t service = 0; service < 500; ++service) {
        testing::append_member(rows, round, service, (service * 7 + round) % 19 == 0 ? "outage" : "trained");
        const double score = 0.02 * std::sin(service + 0.37 * round);
        rows.append(sim::AssessmentRecord{.round = round,
                                          .service = service,
                                          .score = score,
                                          .threshold = 0.004,
                                          .underperforming = score < -0.0199 ? 1U : 0U});
    }
    for (std::uint32_t candidate = 500; candidate < 600; ++candidate) {
        rows.append(sim::CandidateRecord{.round = round,
                                         .service = candidate,
                                         .accepted = candidate % 2,
                                         .reason = candidate % 2 == 1 ? "accepted" : "volume"});
        rows.append(sim::BanditRecord{.round = round,
                                      .selection = 1,
                                      .service = candidate,
                                      .expected = 0.5,
                                      .bonus = 0.1,
                                      .chosen = candidate < 503 ? 1U : 0U});
    }
    rows.append(sim::EventRecord{.round = round, .kind = "substitution", .subject = "service", .id = 3, .other = 501});
}

TEST_F(ReportInBrowser, LargeRunIsSmallEnoughAndFastEnough) {
    sim::TraceFile trace = sim::TraceFile::create(folder_.path(), testing::made_header("large", 200));
    sim::RowBuffer rows;
    for (std::uint32_t round = 1; round <= 200; ++round) {
        append_large_round(rows, round);
    }
    trace.commit(rows, {.round = sim::Round{200}});
    const std::string html = report_of(read_run_trace(folder_ / "trace.h5"));
    EXPECT_LT(html.size(), 5'000'000U);
    const Outcome outcome = look(html, 2.0);
    if (outcome.exit_code == no_browser) {
        SKIP_WITHOUT("browser", "there is no Chromium");
    }
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    std::printf("%zu bytes; %s", html.size(), outcome.output.c_str());
}

TEST_F(ReportInBrowser, Study) {
    testing::make_study(folder_.path());
    const Outcome outcome = look(report_of_study(folder_.path()));
    if (outcome.exit_code == no_browser) {
        SKIP_WITHOUT("browser", "there is no Chromium");
    }
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
}

TEST_F(ReportInBrowser, HostileTextRunsNothing) {
    const Outcome outcome = look(report_of(read_run_trace(
        testing::make_run(folder_.path(), 5, "\"</script><script>throw 1</script><img src=http://x/y>\""))));
    if (outcome.exit_code == no_browser) {
        SKIP_WITHOUT("browser", "there is no Chromium");
    }
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
}

/// What the look is worth: a report that was tampered with does not pass.
TEST_F(ReportInBrowser, TamperedReportIsFound) {
    std::string html = report_of(read_run_trace(testing::make_run(folder_.path())));
    html.insert(html.find("</main>"), "<img src=\"file:///etc/hostname\"><script>document.title = 'x'</script>");
    const Outcome outcome = look(html);
    if (outcome.exit_code == no_browser) {
        SKIP_WITHOUT("browser", "there is no Chromium");
    }
    EXPECT_EQ(outcome.exit_code, 1) << outcome;
    EXPECT_NE(outcome.output.find("Content Security Policy"), std::string::npos) << outcome;
}

}  // namespace
}  // namespace mlaasim::study
