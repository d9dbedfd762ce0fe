// A bar chart as SVG that stands in a page by itself: no script, nothing from elsewhere. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// Text that a page shows as it is: one line, and nothing of it is markup.
std::string html_text(std::string_view text);

struct chart_bar {
    std::string label; // told when a pointer rests on it; of the first and the last it is shown
    std::uint64_t value = 0;
};
// `unit` stands behind a value. Empty: there are no bars.
std::string bar_chart(std::string_view title, std::string_view unit,
                      const std::vector<chart_bar>& bars);

} // namespace hubspool
