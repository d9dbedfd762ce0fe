// The ledger of the simulated world: an index of the history's rows. Between a question and its
// answer time passes; it may be lost, or an older copy of itself, and takes in the rows anew.
#pragma once

#include "core/words/ledger_entry.hpp"
#include "simulation/simulated_store.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace hubspool::simulation {

class simulated_ledger {
public:
    // What it minds: less than all only to show that the simulation finds what comes of it.
    bool learns_unchanged = true;

    // What may have happened to it meanwhile.
    void lose() { now_ = before_ = {}; }
    void go_back() { now_ = before_; }

    // Takes in what is committed, and answers.
    ledger_entry look_up(const std::string& object_id, const simulated_store::image& history);

private:
    struct knowledge {
        std::uint64_t epoch = 0, taken_in = 0; // rows of that epoch, by their numbers
        using field_name = std::pair<field_kind, std::string>;
        struct known_field {
            ledger_field is;
            order_key died;
        };
        std::map<std::string, std::map<field_name, known_field>> objects;
    };
    void take_in(const settled_changes& changes);

    knowledge now_, before_;
};

} // namespace hubspool::simulation
