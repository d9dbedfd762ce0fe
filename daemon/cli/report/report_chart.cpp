#include "cli/report/report_chart.hpp"

#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace hubspool {

namespace {
constexpr double chart_width = 720, chart_height = 120;
// Above the bars, and below them for the labels.
constexpr double headroom = 18, footroom = 18;
constexpr double gap_share = 0.15; // of a bar's room
} // namespace

std::string html_text(std::string_view text) {
    std::string safe;
    for (const char c : printable(text)) {
        switch (c) {
        case '&': safe += "&amp;"; break;
        case '<': safe += "&lt;"; break;
        case '>': safe += "&gt;"; break;
        case '"': safe += "&quot;"; break;
        case '\'': safe += "&#39;"; break;
        default: safe += c;
        }
    }
    return safe;
}

std::string bar_chart(std::string_view title, std::string_view unit,
                      const std::vector<chart_bar>& bars) {
    if (bars.empty()) return {};
    std::uint64_t most = 1;
    for (const chart_bar& bar : bars) most = std::max(most, bar.value);
    const double room = chart_width / static_cast<double>(bars.size());
    std::string svg = fmt::format(
        "<h2>{}</h2>\n<svg viewBox=\"0 0 {:.0f} {:.0f}\" width=\"100%\" role=\"img\">\n"
        "<text x=\"0\" y=\"12\">{} {}</text>\n",
        html_text(title), chart_width, headroom + chart_height + footroom, most, html_text(unit));
    for (std::size_t i = 0; i < bars.size(); ++i) {
        const double tall =
            chart_height * static_cast<double>(bars[i].value) / static_cast<double>(most);
        svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\">"
                           "<title>{}: {} {}</title></rect>\n",
                           room * (static_cast<double>(i) + gap_share / 2),
                           headroom + chart_height - tall, room * (1 - gap_share), tall,
                           html_text(bars[i].label), bars[i].value, html_text(unit));
    }
    const double foot = headroom + chart_height + footroom - 4;
    svg +=
        fmt::format("<text x=\"0\" y=\"{:.0f}\">{}</text>\n", foot, html_text(bars.front().label));
    if (bars.size() > 1)
        svg += fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"end\">{}</text>\n",
                           chart_width, foot, html_text(bars.back().label));
    return svg + "</svg>\n";
}

} // namespace hubspool
