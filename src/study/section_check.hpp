// Checks that every part of a study file shares: the form of a value, the keys of a section.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/options/options.hpp"
#include "sim/scenario_text/problem_list.hpp"
#include "sim/scenario_text/tree.hpp"

namespace mlaasim::study {

class SectionCheck {
public:
    /// `sources` are the names of OptionsPlace::source. Mistakes are added to `problems`.
    SectionCheck(const std::vector<std::string>& sources, sim::ProblemList& problems)
        : sources_{sources}, problems_{problems} {}

    /// Whether the value has this form; else that is reported.
    bool expect(const sim::OptionsNode& node, sim::OptionsNode::Kind kind, const std::string& path,
                const std::string& expected, const std::string& hint = {});

    /// Whether a sweep may set the key; else that is reported. A point's name, say, is not for the sweep to set.
    bool may_vary(const std::string& key, sim::OptionsPlace place);

    /// Reads declared options; their mistakes name the section's path. Whether there were none.
    bool options(const sim::OptionsNode& node, const std::string& path, const sim::DeclareOptions& declare_members);

    void unknown_key(sim::OptionsPlace place, const std::string& section, const std::string& key,
                     const std::vector<std::string>& known);

    void add(sim::OptionsPlace place, std::string what, std::string expected, std::string hint = {}) {
        problems_.add(place, std::move(what), std::move(expected), std::move(hint));
    }

private:
    const std::vector<std::string>& sources_;
    sim::ProblemList& problems_;
};

}  // namespace mlaasim::study
