// What becomes of each object of an answered request: delivered, dead, or sent again.
//
// First every input is ruled, then the dead-letter brake may hold the condemned back, then all is
// applied: inputs of one answer are no control for each other. Pure; loop thread.
#pragma once

#include "core/answers/response_verdict.hpp"
#include "core/dispatch/engine_parts.hpp"
#include "core/dispatch/flights.hpp"
#include "core/dispatch/outcome_writer.hpp"
#include "core/dispatch/response_effect.hpp"
#include "core/words/moment.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hubspool {

class input_rulings {
public:
    explicit input_rulings(engine_parts& parts)
        : parts_(parts), writer_(parts.options.notes_values) {}

    void apply(const response_verdict& verdict, const flight& ended, const moment& now,
               response_effect& effect);

private:
    // What becomes of one input, once everything is weighed.
    struct ruling {
        enum kind : std::uint8_t {
            delivered, // settled
            dead,      // settled; what follows of the object goes on
            again,     // goes again at once: nothing is held against it
            fails,     // goes again after its backoff
        } what = again;
        std::string category;
        std::string words;
    };

    ruling rule(object_index index, const input_verdict& input, bool doubtful, const flight& ended,
                const moment& now, batch_outcome& outcome);
    void hold_back_suspects(std::vector<ruling>& rulings, const flight& ended, const moment& now,
                            response_effect& effect);
    void make_room(const std::vector<ruling>& rulings, const flight& ended, batch_outcome& outcome);
    void settle(const ruling& r, object_index index, bool keep, boot_time sent, const moment& now,
                batch_outcome& outcome);
    void send_again(const ruling& r, object_index index, const response_verdict& verdict,
                    const flight& ended, const moment& now, batch_outcome& outcome);

    engine_parts& parts_;
    outcome_writer writer_;
};

} // namespace hubspool
