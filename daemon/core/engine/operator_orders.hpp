// What `pause`, `resume` and `flush` do, once they are heeded. Pure; loop thread.
#pragma once

#include "core/dispatch/credential_gate.hpp"
#include "core/dispatch/engine_parts.hpp"
#include "core/words/moment.hpp"

namespace hubspool {

class operator_orders {
public:
    operator_orders(engine_parts& parts, credential_gate& credential)
        : parts_(parts), credential_(credential) {}

    void pause(const moment& now);
    // Ends pause and suspect_data.
    void resume(const moment& now);
    // What stood in the way may have gone; a spent day stays spent.
    void ask_again(boot_time now);
    // The same, and what has failed before goes again at once. What may still land keeps its wait.
    void flush(boot_time now);

private:
    engine_parts& parts_;
    credential_gate& credential_;
};

} // namespace hubspool
