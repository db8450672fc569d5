// The report as a text: whole, self-contained and safe whatever the trace holds. How it looks is report_browser_test's.
#include "study/report/run_report.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "sim/core/base64.hpp"
#include "sim/core/error.hpp"
#include "sim/core/sha256.hpp"
#include "study/report/line_chart.hpp"
#include "study/report/made_run.hpp"
#include "study/report/markup.hpp"
#include "support/older_traces.hpp"

namespace mlaasim::study {
namespace {

using sim::testing::TraceFolder;

std::string report(const std::filesystem::path& trace) { return report_of(read_run_trace(trace)); }

bool has(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
    const std::size_t from = text.rfind(begin) + begin.size();
    return text.substr(from, text.find(end, from) - from);
}

TEST(RunReport, HasEverySectionOfARunThatHasAll) {
    const TraceFolder folder;
    const std::string html = report(testing::make_run(folder.path()));
    for (const char* section : {"overview", "accuracy", "members", "contributions", "selections", "clients",
                                "confusion", "cost", "time", "scenario"}) {
        EXPECT_TRUE(has(html, std::string{"<section id=\""} + section + "\">")) << section;
        EXPECT_TRUE(has(html, std::string{"href=\"#"} + section + "\"")) << section;
    }
    for (const char* words :
         {"1 is replaced by 4", "service 1, round 3: replaced or let go after this round",
          "service 0, round 4: adapted at test time", "drift: label_swap of service 1, rounds 3 to 5",
          "round 3: 1 by 4 replaced", "refused, quality not better than the mean of the weak members: 1 service (3)",
          "client 0, round 3: 50.0 %", "label 2, answer 0: 15 samples, 30.0 % of this label&#39;s",
          "candidates on trial", "2 ranks; at most 120 MiB"}) {
        EXPECT_TRUE(has(html, words)) << words;
    }
}

TEST(RunReport, StyleSheetDrawsEveryKindOfMark) {
    const TraceFolder folder;
    const std::string html = report(testing::make_run(folder.path()));
    for (const ChartMark::Kind kind :
         {ChartMark::Kind::drift, ChartMark::Kind::changed, ChartMark::Kind::adapted, ChartMark::Kind::outage}) {
        const std::string word{word_of(kind)};
        EXPECT_TRUE(has(html, "<span class=\"key key-" + word + "\">")) << word;
        EXPECT_TRUE(has(html, ".key-" + word + "::before {")) << word;
        EXPECT_TRUE(has(html, ".mark-" + word + " {")) << word;
    }
    EXPECT_TRUE(has(html, ">members changed</span>"));
}

/// Nothing can be loaded, and nothing runs but the script whose digest stands in the policy.
TEST(RunReport, AllowsNothingButItsOwnScriptAndStyle) {
    const TraceFolder folder;
    const std::string html = report(testing::make_run(folder.path()));
    const std::string policy = between(html, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    EXPECT_TRUE(policy.starts_with("default-src &#39;none&#39;; script-src ")) << policy;
    const auto digest_of = [](const std::string& text) {
        sim::Sha256 sum;
        sum.update(text);
        return sim::base64_of(sum.bytes());
    };
    EXPECT_TRUE(has(policy, digest_of(between(html, "<script>", "</script>")))) << policy;
    EXPECT_TRUE(has(policy, digest_of(between(html, "<style>", "</style>")))) << policy;
    EXPECT_FALSE(has(policy, "unsafe"));
    EXPECT_FALSE(std::regex_search(html, std::regex{R"((src|href)="(?!#|data:image/png))"}));
}

TEST(RunReport, TextOfTheScenarioStaysText) {
    const TraceFolder folder;
    const std::string hostile = "\"</script><script>alert(1)</script><img src=x onerror=alert(2)>'&\\x1b[2J\"";
    const std::string html = report(testing::make_run(folder.path(), 5, hostile));
    EXPECT_FALSE(has(html, "<script>alert"));
    EXPECT_FALSE(has(html, "<img"));
    EXPECT_FALSE(has(html, "\x1b"));
    EXPECT_TRUE(has(html, "&lt;script&gt;alert(1)&lt;/script&gt;"));
}

/// Service 2 is not reachable in round 4, the last one: the figures of round 3 stand in the table.
TEST(RunReport, AMemberThatIsNotReachableAtTheEndHasItsLastFigures) {
    const TraceFolder folder;
    const std::string html = report(testing::make_run(folder.path(), 4));
    EXPECT_TRUE(has(html, "<td class=\"number\">2</td><td class=\"number\">1</td><td class=\"number\">100</td>"));
}

TEST(RunReport, SaysThatRowsOfServicesAreLeftOut) {
    const TraceFolder folder;
    const std::string sampled = report(testing::make_run_with_omitted_rows(folder.path(), "sample"));
    EXPECT_TRUE(has(sampled, "leaves out the rows of up to 2 members a round (trace.service_rows: sample)"));
    EXPECT_TRUE(has(sampled, "service 1, round 1 to 2: member"));
    EXPECT_FALSE(has(sampled, "The composition at the end"));
    EXPECT_TRUE(has(sampled, ">12.0 MB<") && has(sampled, ">20.0 J<")) << "costs are whole";
    const TraceFolder other;
    const std::string html = report(testing::make_run_with_omitted_rows(other.path(), "changed"));
    EXPECT_TRUE(has(html, "can&#39;t be shown here who was a member when"));
    EXPECT_FALSE(has(html, "service 1, round 1 to 2: member"));
}

TEST(RunReport, OfARunBeforeItsFirstCommit) {
    const TraceFolder folder;
    const std::string html = report(testing::make_run(folder.path(), 0));
    EXPECT_TRUE(has(html, "the run has not committed a round yet"));
    EXPECT_TRUE(has(html, "<section id=\"scenario\">"));
    EXPECT_FALSE(has(html, "<section id=\"accuracy\">"));
}

TEST(RunReport, OfOneRound) {
    const TraceFolder folder;
    const std::string html = report(testing::make_run(folder.path(), 1));
    EXPECT_TRUE(has(html, "<section id=\"accuracy\">"));
    EXPECT_FALSE(has(html, "<section id=\"selections\">"));
    EXPECT_FALSE(has(html, "nan"));
}

TEST(RunReport, OfOlderSchemas) {
    for (const std::string name : {"schema2/ensemble", "schema2/parametric", "schema3/ensemble", "schema3/drift",
                                   "schema5/drift", "schema6/drift"}) {
        const TraceFolder folder;
        mlaasim::testing::unpack_older_trace(name, folder.trace());
        const std::string html = report(folder.trace());
        EXPECT_TRUE(has(html, "<section id=\"accuracy\">")) << name;
        EXPECT_TRUE(has(html, "<section id=\"members\">")) << name;
        EXPECT_EQ(has(html, "<section id=\"confusion\">"), name.starts_with("schema6")) << name;
    }
}

/// Rows that contradict each other, as no run writes them.
TEST(RunReport, OfRowsThatContradictEachOther) {
    const TraceFolder folder;
    sim::TraceFile trace = sim::TraceFile::create(folder.path(), testing::made_header("odd", 5));
    sim::RowBuffer rows;
    testing::append_round(rows, 1, std::nan(""));
    rows.append(sim::EventRecord{.round = 1, .kind = "substitution", .subject = "service", .id = 7, .other = -1});
    rows.append(sim::EventRecord{.round = 1, .kind = "drift_end", .subject = "drift", .id = 99});
    rows.append(sim::AssessmentRecord{.round = 1, .service = 3, .score = std::nan(""), .threshold = 1e300});
    rows.append(sim::BanditRecord{.round = 1, .service = 3, .expected = std::nan(""), .bonus = HUGE_VAL, .chosen = 1});
    rows.append(sim::ClientRecord{.round = 1, .client = 0, .accuracy = 1e9});
    trace.commit(rows, {.round = sim::Round{1}});
    EXPECT_TRUE(has(report(folder.trace()), "</html>"));
}

TEST(RunReport, WhatIsNoTraceIsRefused) {
    const TraceFolder folder;
    std::ofstream{folder.trace()} << "no trace";
    EXPECT_THROW(static_cast<void>(report(folder.trace())), sim::InputError);
    EXPECT_THROW(static_cast<void>(trace_in(folder.path() / "absent")), sim::InputError);
    std::filesystem::remove(folder.trace());
    try {
        static_cast<void>(trace_in(folder.path()));
        ADD_FAILURE() << "was found";
    } catch (const sim::InputError& error) {
        EXPECT_TRUE(has(error.what(), "trace.h5")) << error.what();
    }
}

TEST(Markup, EscapesTextAndAttributes) {
    EXPECT_EQ(element("a", {{"title", "\"<&'>"}}, "<b> & \x01").html(),
              "<a title=\"&quot;&lt;&amp;&#39;&gt;\">&lt;b&gt; &amp; \\x01</a>");
    EXPECT_EQ(text("line 1\nline 2\xff").html(), "line 1\nline 2\\xff");
}

}  // namespace
}  // namespace mlaasim::study
