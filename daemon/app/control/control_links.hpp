// What the control socket has the loop thread do.
#pragma once

#include "app/control/answer_of.hpp"
#include "app/control/reload_result.hpp"

namespace hubspool {

// Called on the control thread; each answers on the loop thread, or never where that has ended.
struct control_links {
    // Nothing is sent from the answer on before what operators ask for was read anew.
    asker_of<bool> operators_wrote;
    // What stood in the way may have gone.
    asker_of<bool> flush;
    asker_of<reload_result> reload;
};

} // namespace hubspool
