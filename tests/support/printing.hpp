// How our values look in a failed expectation.
#pragma once

#include "core/answers/response_verdict.hpp"
#include "core/words/park.hpp"

#include <ostream>

namespace hubspool {

inline std::ostream& operator<<(std::ostream& out, input_fate fate) {
    switch (fate) {
    case input_fate::delivered: return out << "delivered";
    case input_fate::dead: return out << "dead";
    case input_fate::again: return out << "again";
    case input_fate::suspect: return out << "suspect";
    case input_fate::contradicted: return out << "contradicted";
    case input_fate::solo: return out << "solo";
    }
    return out << "input_fate(" << static_cast<int>(fate) << ")";
}

inline std::ostream& operator<<(std::ostream& out, park_reason reason) {
    return out << to_string(reason);
}

} // namespace hubspool
