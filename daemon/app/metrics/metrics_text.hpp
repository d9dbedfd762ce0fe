// The metrics of hubspool, as Prometheus reads them. Pure.
#pragma once

#include "app/metrics/metric_facts.hpp"

#include <string>
#include <string_view>

namespace hubspool {

inline constexpr std::string_view metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

// Ages are those at `facts.now`.
std::string metrics_text(const metric_facts& facts);

} // namespace hubspool
