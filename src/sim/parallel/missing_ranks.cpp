#include "sim/parallel/missing_ranks.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace mlaasim::sim {
namespace {

using std::chrono::milliseconds;

milliseconds in_ms(MissingRanks::Duration time) { return std::chrono::duration_cast<milliseconds>(time); }

}  // namespace

std::string waiting_time(milliseconds time) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
    return seconds < 120 ? fmt::format("{} s", seconds) : fmt::format("{} min", seconds / 60);
}

MissingRanks::MissingRanks(int rank, std::vector<std::string> processes, WaitNotice notice, WaitPost post)
    : rank_{rank},
      processes_{std::move(processes)},
      notice_{std::move(notice)},
      post_{std::move(post)},
      attentive_after_{notice_.first / 60},
      time_to_answer_{std::max<Duration>(notice_.first / 30, milliseconds{200})},
      turn_{milliseconds{10} * rank} {}

void MissingRanks::enter() {
    attentive_ = false;
    due_ = notice_.first + turn_;
    present_.clear();
}

void MissingRanks::wait(Duration so_far, const std::string& step) {
    if (so_far < attentive_after_ || !notice_.tell) {
        return;
    }
    for (;;) {
        const auto arrived = post_.receive();
        if (!arrived.has_value()) {
            break;
        }
        read(arrived->first, arrived->second, so_far);
    }
    attentive_ = true;
    if (asking() && so_far >= answers_until_) {
        tell(step);
    } else if (!asking() && so_far >= due_) {
        ask(so_far);
    }
}

void MissingRanks::read(int sender, const WaitNote& note, Duration so_far) {
    if (note.kind == WaitNote::Kind::answer) {
        if (asking()) {
            present_[static_cast<std::size_t>(sender)] = true;
        }
        return;
    }
    post_.send(sender, {.kind = WaitNote::Kind::answer});
    if (asking() && rank_ < sender) {
        return;  // Two asked at once: the lower rank speaks.
    }
    present_.clear();
    // Questions that came before this rank looked may be of a wait that is over.
    if (attentive_) {
        due_ = std::max(due_, so_far + milliseconds{note.quiet_ms} + time_to_answer_ + turn_);
    }
}

void MissingRanks::ask(Duration so_far) {
    present_.assign(processes_.size(), false);
    present_[static_cast<std::size_t>(rank_)] = true;
    answers_until_ = so_far + time_to_answer_;
    for (int other = 0; other < static_cast<int>(processes_.size()); ++other) {
        if (other != rank_) {
            // The next question comes after twice the wait.
            post_.send(other, {.kind = WaitNote::Kind::question, .quiet_ms = in_ms(due_).count()});
        }
    }
}

void MissingRanks::tell(const std::string& step) {
    constexpr std::size_t most_names = 8;
    std::string names;
    std::size_t missing = 0;
    for (std::size_t rank = 0; rank < present_.size(); ++rank) {
        if (!present_[rank] && ++missing <= most_names) {
            names += fmt::format("{}rank {} ({})", missing == 1 ? "" : ", ", rank, processes_[rank]);
        }
    }
    if (missing > most_names) {
        names += fmt::format(" and {} more", missing - most_names);
    }
    if (missing > 0) {
        notice_.tell(
            fmt::format("still waiting for {} of {} ranks after {}: {}. The step is: {}. A long step is no "
                        "error. The next notice comes after {}.",
                        missing, processes_.size(), waiting_time(in_ms(due_)), names, step.empty() ? "not known" : step,
                        waiting_time(2 * in_ms(due_))));
    }
    present_.clear();
    due_ *= 2;
}

}  // namespace mlaasim::sim
