// Text of unknown origin that a person is to read in one line. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace hubspool {

// Of one whole UTF-8 character: whether it steers a terminal or turns the direction of text. C0,
// DEL, C1, the line separators, the marks of direction.
bool steers_text(std::string_view character);

// One line that cannot trick a terminal: what steers text, the backslash and bytes that are no
// UTF-8 become \xNN.
std::string printable(std::string_view name);

} // namespace hubspool
