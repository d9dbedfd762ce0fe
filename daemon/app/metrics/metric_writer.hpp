// Writes metrics in Prometheus' text format. Hides prometheus-cpp.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace hubspool {

// The families stand in the order of the calls. Names and help texts are the caller's.
class metric_writer {
public:
    metric_writer();
    ~metric_writer();

    enum class kind { counter, gauge };
    void put(kind what, std::string_view name, std::string_view help, double value);

    // One series for each value of the label.
    using series = std::pair<std::string, double>;
    void put(kind what, std::string_view name, std::string_view help, std::string_view label,
             std::span<const series> values);

    // Each bucket: its upper bound, and how many lie in it and in no bucket before. The last one's
    // bound is infinite.
    using bucket = std::pair<double, double>;
    void put_histogram(std::string_view name, std::string_view help, double sum,
                       std::span<const bucket> buckets);

    std::string text() const;

private:
    struct families;
    std::unique_ptr<families> families_;
};

} // namespace hubspool
