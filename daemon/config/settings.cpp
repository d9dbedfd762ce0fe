#include "config/settings.hpp"

namespace hubspool {

std::string batch_update_path(const std::string& version) {
    if (version == "v3")
        return "/marketing/v3/marketing-events/batch/update";
    return "/marketing/marketing-events/" + version + "/batch/update";
}

} // namespace hubspool
