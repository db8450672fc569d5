#include "sim/core/duration.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

using std::chrono::seconds;

TEST(Duration, IsReadAsPeopleWriteIt) {
    const std::pair<const char*, int> known[] = {
        {"90s", 90},          {"55m", 3300},     {"2h", 7200},   {"1d", 86'400},         {"1h30m", 5400},
        {"1d2h3m4s", 93'784}, {"1:30:00", 5400}, {"0:00:01", 1}, {"100:00:00", 360'000}, {"1-12:00:00", 129'600},
        {"365d", 31'536'000}};
    for (const auto& [text, expected] : known) {
        EXPECT_EQ(duration_from(text, "--time"), seconds{expected}) << text;
    }
}

TEST(Duration, OfNoTimeOrInOtherWordsIsNamed) {
    for (const char* text : {"",           "0s",
                             "55",         "-5m",
                             "5 m",        "5m ",
                             "m",          "5x",
                             "5m5m",       "5s5m",
                             "1.5h",       "1:30",
                             "1:60:00",    "1:00:60",
                             "1:0:0",      "1:00:00:00",
                             "1-24:00:00", "-1:00:00",
                             "1-",         "1-2h",
                             "366d",       "99999999999999999999s",
                             "1:00:00s",   "+5m"}) {
        try {
            static_cast<void>(duration_from(text, "--max-time"));
            ADD_FAILURE() << text;
        } catch (const InputError& error) {
            const std::string message = error.what();
            EXPECT_NE(message.find("--max-time is \"" + std::string{text} + '"'), std::string::npos) << message;
            EXPECT_NE(message.find("such as 90s, 55m"), std::string::npos) << message;
        }
    }
}

TEST(Duration, WithoutUnitGetsAHint) {
    try {
        static_cast<void>(duration_from("55", "--max-time"));
        ADD_FAILURE();
    } catch (const InputError& error) {
        EXPECT_NE(std::string{error.what()}.find("--max-time 55m"), std::string::npos) << error.what();
    }
}

TEST(Duration, AsClockReadsBack) {
    EXPECT_EQ(clock_text(seconds{1}), "0:00:01");
    EXPECT_EQ(clock_text(seconds{5400}), "1:30:00");
    EXPECT_EQ(clock_text(seconds{129'605}), "1-12:00:05");
    for (const int value : {1, 59, 60, 3599, 3600, 86'399, 86'400, 90'061, 31'536'000}) {
        EXPECT_EQ(duration_from(clock_text(seconds{value}), ""), seconds{value});
    }
}

}  // namespace
}  // namespace mlaasim::sim
