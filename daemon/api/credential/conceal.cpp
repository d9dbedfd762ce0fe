#include "api/credential/conceal.hpp"

#include <utility>

namespace hubspool {

void conceal(std::string& text, std::string_view secret) {
    constexpr std::string_view instead = "[concealed]";
    // Nearly all texts hold no secret: those are not copied.
    if (secret.empty() || text.find(secret) == std::string::npos) {
        return;
    }
    // Built anew from its parts, so that what stands in its stead is never searched again.
    std::string kept;
    std::size_t from = 0;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, from)) {
        kept.append(text, from, at - from).append(instead);
        from = at + secret.size();
    }
    text = std::move(kept.append(text, from));
}

} // namespace hubspool
