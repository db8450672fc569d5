// Ranks that wait, played in one process: who asks, who answers, who is named.
#include "sim/parallel/missing_ranks.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>

namespace mlaasim::sim {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// Ranks with a clock of their own. Messages take 5 ms, and only ranks that wait read them.
class Ranks {
public:
    explicit Ranks(int count) {
        std::vector<std::string> names;
        for (int rank = 0; rank < count; ++rank) {
            names.push_back("node:" + std::to_string(100 + rank));
        }
        inbox_.resize(names.size());
        for (int rank = 0; rank < count; ++rank) {
            const WaitNotice notice{.process = names[static_cast<std::size_t>(rank)],
                                    .first = 60s,
                                    .tell = [this, rank](const std::string& text) {
                                        told_.push_back({now_, rank, text});
                                    }};
            const WaitPost post{.send =
                                    [this, rank](int to, const WaitNote& note) {
                                        ++sent_;
                                        inbox_[static_cast<std::size_t>(to)].push_back({now_ + 5ms, {rank, note}});
                                    },
                                .receive = [this, rank]() { return next(rank); }};
            ranks_.push_back(std::make_unique<MissingRanks>(rank, names, notice, post));
        }
    }

    void enter(int rank) {
        ranks_[static_cast<std::size_t>(rank)]->enter();
        entered_[rank] = now_;
    }
    void leave(int rank) { entered_.erase(rank); }
    /// Lets time pass; the ranks that have entered wait.
    void pass(milliseconds time) {
        for (const milliseconds end = now_ + time; now_ < end; now_ += 1ms) {
            for (const auto& [rank, since] : entered_) {
                ranks_[static_cast<std::size_t>(rank)]->wait(now_ - since, "training of round 7");
            }
        }
    }

    struct Notice {
        milliseconds when;
        int speaker;
        std::string text;
    };
    [[nodiscard]] const std::vector<Notice>& told() const { return told_; }
    [[nodiscard]] int sent() const { return sent_; }

private:
    std::optional<std::pair<int, WaitNote>> next(int rank) {
        auto& notes = inbox_[static_cast<std::size_t>(rank)];
        if (notes.empty() || notes.front().first > now_) {
            return std::nullopt;
        }
        const auto note = notes.front().second;
        notes.pop_front();
        return note;
    }

    milliseconds now_{0};
    std::vector<std::deque<std::pair<milliseconds, std::pair<int, WaitNote>>>> inbox_;  ///< with the time of arrival
    std::map<int, milliseconds> entered_;
    std::vector<Notice> told_;
    int sent_ = 0;
    std::vector<std::unique_ptr<MissingRanks>> ranks_;
};

bool names(const std::string& text, int rank) {
    return text.find("rank " + std::to_string(rank) + " (node:" + std::to_string(100 + rank) + ")") !=
           std::string::npos;
}

TEST(MissingRanks, ShortWaitsSendNothing) {
    Ranks ranks{4};
    for (int wait = 0; wait < 5; ++wait) {
        for (int rank = 0; rank < 4; ++rank) {
            ranks.enter(rank);
        }
        ranks.pass(59s);
    }
    EXPECT_EQ(ranks.sent(), 0);
    EXPECT_TRUE(ranks.told().empty());
}

TEST(MissingRanks, AreNamedByOneRankAtGrowingIntervals) {
    Ranks ranks{4};
    for (const int rank : {0, 1, 3}) {
        ranks.enter(rank);
    }
    ranks.pass(500s);
    ASSERT_EQ(ranks.told().size(), 4U);
    const std::vector<std::string> after{"60 s", "2 min", "4 min", "8 min"};
    for (std::size_t i = 0; i < after.size(); ++i) {
        const auto& [when, speaker, text] = ranks.told()[i];
        EXPECT_EQ(speaker, 0);
        EXPECT_TRUE(names(text, 2)) << text;
        EXPECT_FALSE(names(text, 1) || names(text, 3)) << text;
        EXPECT_NE(text.find("1 of 4 ranks after " + after[i] + ":"), std::string::npos) << text;
        EXPECT_NE(text.find("training of round 7"), std::string::npos) << text;
        EXPECT_GE(when, 60s * (1 << i));
        EXPECT_LE(when, 60s * (1 << i) + 3s);
    }
}

TEST(MissingRanks, RankZeroMayBeMissingToo) {
    Ranks ranks{4};
    ranks.enter(2);
    ranks.enter(3);
    ranks.pass(100s);
    ASSERT_EQ(ranks.told().size(), 1U);
    EXPECT_EQ(ranks.told()[0].speaker, 2);
    EXPECT_TRUE(names(ranks.told()[0].text, 0) && names(ranks.told()[0].text, 1)) << ranks.told()[0].text;
}

/// Its own wait is short, but it waits.
TEST(MissingRanks, ARankThatHasJustComeIsNotNamed) {
    Ranks ranks{3};
    ranks.enter(1);
    ranks.pass(59s);
    ranks.enter(0);
    ranks.pass(140s);
    ASSERT_EQ(ranks.told().size(), 2U) << "after 60 s and 2 min";
    for (const auto& notice : ranks.told()) {
        EXPECT_EQ(notice.speaker, 1);
        EXPECT_TRUE(names(notice.text, 2) && !names(notice.text, 0)) << notice.text;
    }
}

TEST(MissingRanks, OfTwoThatAskAtOnceTheLowerSpeaks) {
    Ranks ranks{4};
    ranks.enter(1);
    ranks.pass(10ms);
    ranks.enter(0);  // Which asks 10 ms before rank 1 would, had both entered together.
    ranks.pass(200s);
    ASSERT_EQ(ranks.told().size(), 2U);
    for (const auto& notice : ranks.told()) {
        EXPECT_EQ(notice.speaker, 0);
        EXPECT_TRUE(names(notice.text, 2) && names(notice.text, 3) && !names(notice.text, 1)) << notice.text;
    }
}

/// A rank that has done its part of a transfer waits for the next one: it is not missing.
TEST(MissingRanks, ARankThatWaitsElsewhereIsNotNamed) {
    Ranks ranks{3};
    ranks.enter(0);
    ranks.enter(1);
    ranks.enter(1);
    ranks.pass(100s);
    ASSERT_EQ(ranks.told().size(), 1U);
    EXPECT_TRUE(names(ranks.told()[0].text, 2) && !names(ranks.told()[0].text, 1)) << ranks.told()[0].text;
}

/// Questions that came while a rank worked are answered late; they neither silence it nor vouch for others.
TEST(MissingRanks, NotesOfWaitsThatAreOverDoNotCount) {
    Ranks ranks{3};
    ranks.enter(0);
    ranks.enter(1);
    ranks.pass(130s);
    ASSERT_EQ(ranks.told().size(), 2U);
    // Rank 2 comes at last; in the next step rank 1 is late.
    ranks.leave(1);
    ranks.enter(0);
    ranks.enter(2);
    ranks.pass(63s);
    ASSERT_EQ(ranks.told().size(), 3U);
    EXPECT_TRUE(names(ranks.told()[2].text, 1)) << ranks.told()[2].text;
    // Then rank 0 is late, whose questions rank 1 has not read yet.
    ranks.leave(0);
    ranks.enter(1);
    ranks.enter(2);
    ranks.pass(63s);
    ASSERT_EQ(ranks.told().size(), 4U);
    EXPECT_EQ(ranks.told()[3].speaker, 1);
    EXPECT_TRUE(names(ranks.told()[3].text, 0) && !names(ranks.told()[3].text, 2)) << ranks.told()[3].text;
}

TEST(MissingRanks, LongListsAreCut) {
    Ranks ranks{20};
    ranks.enter(0);
    ranks.pass(63s);
    ASSERT_EQ(ranks.told().size(), 1U);
    const std::string& text = ranks.told()[0].text;
    EXPECT_TRUE(names(text, 8) && !names(text, 9)) << text;
    EXPECT_NE(text.find("19 of 20 ranks"), std::string::npos) << text;
    EXPECT_NE(text.find(" and 11 more"), std::string::npos) << text;
}

}  // namespace
}  // namespace mlaasim::sim
