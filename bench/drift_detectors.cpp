// How late detectors of change are, and how often they are wrong: windows of labelled samples of which a known share is
// misclassified. Prints the tables of docs/monitoring.md.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "composition/monitor/adwin.hpp"
#include "composition/monitor/page_hinkley.hpp"
#include "composition/monitor/trigger.hpp"
#include "sim/core/random.hpp"

namespace {

using namespace mlaasim;
using composition::Detector;
using composition::MeanChange;

constexpr std::uint32_t streams = 200;  ///< of which a delay is the mean
constexpr std::uint32_t calm_streams = 20;
constexpr std::uint32_t calm_windows = 1000;
constexpr std::uint32_t windows_before = 20;
constexpr std::uint32_t windows_after = 20;

struct Candidate {
    std::string name;
    std::function<std::unique_ptr<Detector>()> make;
};

std::vector<Candidate> candidates() {
    const auto adwin = [](double delta) {
        return [delta] { return std::make_unique<composition::Adwin>(composition::AdwinOptions{.delta = delta}); };
    };
    const auto page_hinkley = [](double delta, double threshold) {
        return [delta, threshold] {
            return std::make_unique<composition::PageHinkley>(
                composition::PageHinkleyOptions{.delta = delta, .threshold = threshold});
        };
    };
    return {{"adwin, delta .002", adwin(0.002)},
            {"adwin, delta .0002", adwin(0.0002)},
            {"page_hinkley, delta .005, threshold 50", page_hinkley(0.005, 50)},
            {"page_hinkley, delta .005, threshold 25", page_hinkley(0.005, 25)},
            {"page_hinkley, delta .005, threshold 10", page_hinkley(0.005, 10)},
            {"page_hinkley, delta .02, threshold 50", page_hinkley(0.02, 50)},
            {"page_hinkley, delta .05, threshold 25", page_hinkley(0.05, 25)},
            {"page_hinkley, delta .05, threshold 15", page_hinkley(0.05, 15)}};
}

/// A window of four clients' errors, whose shares of errors lie `spread` apart from one to the next and have this mean.
class Clients {
public:
    Clients(std::uint32_t seed, std::uint32_t labels, double spread)
        : random_{{seed}, sim::Purpose::test, labels, 0}, labels_{labels}, spread_{spread} {}

    std::vector<std::vector<double>> window(double mean) {
        std::vector<std::vector<double>> errors(4);
        for (std::size_t client = 0; client < errors.size(); ++client) {
            const double share = mean + spread_ * (static_cast<double>(client) - 1.5);
            for (std::uint32_t i = 0; i < labels_ / 4; ++i) {
                errors[client].push_back(random_.uniform() < share ? 1.0 : 0.0);
            }
        }
        return errors;
    }

private:
    sim::RandomStream random_;
    std::uint32_t labels_;
    double spread_;
};

/// Whether the mean rose in the window.
bool alarm(Detector& detector, const std::vector<double>& values) {
    bool rose = false;
    for (const double value : values) {
        rose = detector.watch(value) == MeanChange::rose || rose;
    }
    return rose;
}

std::vector<double> one_after_the_other(const std::vector<std::vector<double>>& by_client) {
    std::vector<double> all;
    for (const auto& values : by_client) {
        all.insert(all.end(), values.begin(), values.end());
    }
    return all;
}

/// Windows with an alarm of 1,000 without any change.
double false_alarms(const Candidate& candidate, std::uint32_t labels, double share, double spread, bool in_turn) {
    std::uint32_t alarms = 0;
    for (std::uint32_t stream = 0; stream < calm_streams; ++stream) {
        Clients clients{stream, labels, spread};
        const auto detector = candidate.make();
        for (std::uint32_t window = 0; window < calm_windows; ++window) {
            const auto errors = clients.window(share);
            alarms +=
                alarm(*detector, in_turn ? composition::interleaved(errors) : one_after_the_other(errors)) ? 1 : 0;
        }
    }
    return 1000.0 * alarms / (calm_streams * calm_windows);
}

/// "1.3 (0 %)": mean windows to the first alarm after the change, and the share of streams without one in 20 windows.
std::string delay(const Candidate& candidate, std::uint32_t labels, double before, double after) {
    std::uint32_t found = 0;
    std::uint32_t sum = 0;
    for (std::uint32_t stream = 0; stream < streams; ++stream) {
        Clients clients{1000 + stream, labels, 0.0};
        const auto detector = candidate.make();
        for (std::uint32_t window = 0; window < windows_before; ++window) {
            static_cast<void>(alarm(*detector, composition::interleaved(clients.window(before))));
        }
        for (std::uint32_t window = 1; window <= windows_after; ++window) {
            if (alarm(*detector, composition::interleaved(clients.window(after)))) {
                ++found;
                sum += window;
                break;
            }
        }
    }
    char text[64];
    std::snprintf(text, sizeof text, "%.1f (%.0f %%)", found > 0 ? static_cast<double>(sum) / found : 0.0,
                  100.0 * (streams - found) / streams);
    return text;
}

}  // namespace

int main() {
    std::printf("Windows to the alarm, and in brackets the share of 200 streams without one in 20 windows:\n\n");
    std::printf(
        "| detector | labels | .1 to .15 | .1 to .2 | .1 to .3 | .3 to .4 | .3 to .6 | false, .1 | false, .3 |\n");
    std::printf("|---|---|---|---|---|---|---|---|---|\n");
    for (const Candidate& candidate : candidates()) {
        for (const std::uint32_t labels : {100U, 200U, 400U}) {
            std::printf("| %s | %u |", candidate.name.c_str(), labels);
            for (const auto& [before, after] : {std::pair{0.1, 0.15}, {0.1, 0.2}, {0.1, 0.3}, {0.3, 0.4}, {0.3, 0.6}}) {
                std::printf(" %s |", delay(candidate, labels, before, after).c_str());
            }
            std::printf(" %.2f | %.2f |\n", false_alarms(candidate, labels, 0.1, 0.0, true),
                        false_alarms(candidate, labels, 0.3, 0.0, true));
        }
    }
    std::printf("\nFalse alarms in 1,000 windows of clients with shares of errors of .15, .25, .35 and .45:\n\n");
    std::printf("| detector | labels | clients take turns | one after the other |\n|---|---|---|---|\n");
    for (const Candidate& candidate : candidates()) {
        std::printf("| %s | 200 | %.2f | %.2f |\n", candidate.name.c_str(),
                    false_alarms(candidate, 200, 0.3, 0.1, true), false_alarms(candidate, 200, 0.3, 0.1, false));
    }
    return 0;
}
