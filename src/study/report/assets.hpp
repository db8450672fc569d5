// Style sheets and scripts of reports, embedded when the program is built (src/study/report/assets, and uPlot).
#pragma once

#include <string_view>

namespace mlaasim::study {

extern const std::string_view uplot_css;  ///< the chart library: https://github.com/leeoniya/uPlot, MIT licence
extern const std::string_view uplot_js;
extern const std::string_view report_css;
extern const std::string_view report_js;

}  // namespace mlaasim::study
