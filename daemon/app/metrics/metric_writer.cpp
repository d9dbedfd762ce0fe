#include "app/metrics/metric_writer.hpp"

#include <cstdint>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sstream>
#include <vector>

namespace hubspool {

struct metric_writer::families {
    std::vector<prometheus::MetricFamily> all;

    prometheus::MetricFamily& add(std::string_view name, std::string_view help,
                                  prometheus::MetricType type) {
        return all.emplace_back(
            prometheus::MetricFamily{std::string(name), std::string(help), type, {}});
    }
};

namespace {

prometheus::ClientMetric& add_value(prometheus::MetricFamily& to, double value) {
    prometheus::ClientMetric& made = to.metric.emplace_back();
    if (to.type == prometheus::MetricType::Counter)
        made.counter.value = value;
    else
        made.gauge.value = value;
    return made;
}

prometheus::MetricType type_of(metric_writer::kind kind) {
    return kind == metric_writer::kind::counter ? prometheus::MetricType::Counter
                                                : prometheus::MetricType::Gauge;
}

} // namespace

metric_writer::metric_writer() : families_(std::make_unique<families>()) {
}

metric_writer::~metric_writer() = default;

void metric_writer::put(kind what, std::string_view name, std::string_view help, double value) {
    add_value(families_->add(name, help, type_of(what)), value);
}

void metric_writer::put(kind what, std::string_view name, std::string_view help,
                        std::string_view label, std::span<const series> values) {
    prometheus::MetricFamily& family = families_->add(name, help, type_of(what));
    for (const auto& [which, value] : values)
        add_value(family, value).label = {{std::string(label), which}};
}

void metric_writer::put_histogram(std::string_view name, std::string_view help, double sum,
                                  std::span<const bucket> buckets) {
    prometheus::ClientMetric made;
    made.histogram.sample_sum = sum;
    for (const auto& [bound, count] : buckets) {
        made.histogram.sample_count += static_cast<std::uint64_t>(count);
        made.histogram.bucket.push_back({made.histogram.sample_count, bound});
    }
    families_->add(name, help, prometheus::MetricType::Histogram).metric.push_back(made);
}

std::string metric_writer::text() const {
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families_->all);
    return std::move(out).str();
}

} // namespace hubspool
