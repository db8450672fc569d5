#include "study/report/page.hpp"

#include <fmt/format.h>

#include "sim/core/base64.hpp"
#include "sim/core/sha256.hpp"
#include "study/report/assets.hpp"

namespace mlaasim::study {
namespace {

/// How a policy names a text that stands inside of the page.
std::string source_of(const std::string& text) {
    sim::Sha256 sum;
    sum.update(text);
    return fmt::format("'sha256-{}'", sim::base64_of(sum.bytes()));
}

Markup contents_of(const Page& page) {
    Markup links;
    for (const auto& [id, name] : page.contents) {
        links += element("a", {{"href", "#" + id}}, name);
    }
    return element("nav", {{"aria-label", "sections"}},
                   links + element("button", {{"id", "theme"}, {"type", "button"}, {"hidden", ""}}, "light or dark"));
}

}  // namespace

void Page::add(const std::string& id, const std::string& name, const Markup& section) {
    if (!section.empty()) {
        contents.emplace_back(id, name);
        sections += section;
    }
}

std::string html_of(const Page& page) {
    const std::string style = std::string{uplot_css} + std::string{report_css};
    const std::string script = std::string{uplot_js} + std::string{report_js};
    const std::string policy = fmt::format(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        source_of(script), source_of(style));
    const Markup head = open_tag("meta", {{"charset", "utf-8"}}) +
                        open_tag("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", policy}}) +
                        open_tag("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}) +
                        open_tag("meta", {{"name", "color-scheme"}, {"content", "light dark"}}) +
                        element("title", {}, page.title) + trusted("<style>" + style + "</style>");
    const Markup body = element("header", {}, element("h1", {}, page.title) + element("p", {}, page.subtitle)) +
                        contents_of(page) + element("main", {}, page.sections) +
                        trusted("<script>" + script + "</script>");
    return "<!DOCTYPE html>\n" +
           element("html", {{"lang", "en"}}, element("head", {}, head) + element("body", {}, body)).html() + "\n";
}

}  // namespace mlaasim::study
