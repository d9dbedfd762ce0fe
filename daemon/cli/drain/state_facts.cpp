#include "cli/drain/state_facts.hpp"

namespace hubspool {

drain_facts facts_of(const meta& known) {
    drain_facts facts;
    facts.delivered = known.totals.delivered;
    for (const park_row& park : known.parks) facts.parks.push_back({park.reason, park.words});
    return facts;
}

} // namespace hubspool
