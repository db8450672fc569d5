#include "run/truth.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <variant>

#include "sim/core/error.hpp"

namespace mlaasim::run {
namespace {

/// Strength by kind of drift, zeros left out.
struct Strengths {
    std::map<std::string_view, double> inputs;
    std::map<std::string_view, double> labels;

    friend bool operator==(const Strengths&, const Strengths&) = default;
};

Strengths strengths_of(const sim::DriftState& drift) {
    Strengths strengths;
    for (const sim::DriftInForce& entry : drift.entries) {
        const bool labels = std::holds_alternative<const sim::LabelChange*>(entry.options->kind->change());
        (labels ? strengths.labels : strengths.inputs)[entry.options->kind.word()] += entry.strength;
    }
    return strengths;
}

double distance(const std::map<std::string_view, double>& a, const std::map<std::string_view, double>& b) {
    std::map<std::string_view, double> difference = a;
    for (const auto& [kind, strength] : b) {
        difference[kind] -= strength;
    }
    double sum = 0.0;
    for (const auto& [kind, strength] : difference) {
        sum += std::abs(strength);
    }
    return sum;
}

Strengths of_most_clients(const sim::DriftSchedule& drift, std::uint32_t clients, sim::Round round) {
    std::vector<std::pair<Strengths, std::uint32_t>> found;  // and how many clients have them
    for (std::uint32_t c = 0; c < clients; ++c) {
        const Strengths own = strengths_of(drift.client(sim::ClientId{c}, round));
        const auto known = std::ranges::find(found, own, &std::pair<Strengths, std::uint32_t>::first);
        if (known == found.end()) {
            found.emplace_back(own, 1U);
        } else {
            ++known->second;
        }
    }
    sim::expects(!found.empty(), "there are clients");
    return std::ranges::max_element(found, {}, &std::pair<Strengths, std::uint32_t>::second)->first;
}

}  // namespace

std::vector<composition::ServiceTruth> truth_of(const sim::DriftSchedule& drift, std::uint32_t services,
                                                std::uint32_t clients, sim::Round round) {
    const Strengths wanted = of_most_clients(drift, clients, round);
    const double untouched = distance({}, wanted.inputs);
    std::vector<composition::ServiceTruth> truth;
    for (std::uint32_t s = 0; s < services; ++s) {
        const Strengths own = strengths_of(drift.service(sim::ServiceId{s}, round));
        const bool harmful = own.labels != wanted.labels;
        truth.push_back({.harmful = harmful, .fits = !harmful && distance(own.inputs, wanted.inputs) < untouched});
    }
    return truth;
}

}  // namespace mlaasim::run
