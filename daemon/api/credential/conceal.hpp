// Takes a secret out of a text that goes into logs and the state: a server may repeat what it
// was sent. Pure.
#pragma once

#include <string>
#include <string_view>

namespace hubspool {

void conceal(std::string& text, std::string_view secret);

} // namespace hubspool
