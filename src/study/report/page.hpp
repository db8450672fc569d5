// The document around a report: one file that needs nothing else, and whose content security policy forbids to load
// anything.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "study/report/markup.hpp"

namespace mlaasim::study {

struct Page {
    std::string title;
    std::string subtitle;
    std::vector<std::pair<std::string, std::string>> contents;  ///< id and name of each section
    Markup sections;

    /// Adds a section, and a link to it; nothing when it is empty.
    void add(const std::string& id, const std::string& name, const Markup& section);
};

/// The whole HTML file. Style sheets and scripts stand in it and are allowed by their SHA-256 alone.
[[nodiscard]] std::string html_of(const Page& page);

}  // namespace mlaasim::study
