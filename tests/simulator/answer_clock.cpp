#include "simulator/answer_clock.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace hubspool::simulator {

namespace {

std::chrono::milliseconds unix_now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
}

std::string formatted(std::chrono::seconds at, const char* format) {
    const std::time_t time = at.count();
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

} // namespace

const std::string& answer_clock::iso() {
    const auto now = unix_now();
    if (now != iso_at_) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
        iso_ = fmt::format("{}.{:03}Z", formatted(seconds, "%Y-%m-%dT%H:%M:%S"),
                           (now - seconds).count());
        iso_at_ = now;
    }
    return iso_;
}

const std::string& answer_clock::date() {
    const auto now = std::chrono::floor<std::chrono::seconds>(unix_now());
    if (now != date_at_) {
        date_ = formatted(now, "%a, %d %b %Y %H:%M:%S GMT");
        date_at_ = now;
    }
    return date_;
}

} // namespace hubspool::simulator
