// What identifies an event: HubSpot's objectId, in the one form used as a key.
#pragma once

#include <string_view>

namespace hubspool {

// "00123" and "000" stand for "123" and "0": one object has one key. Other text stays as it is.
// Used for answers too.
std::string_view canonical_object_id(std::string_view id);

// White space of ASCII or Unicode, or a control character: no id has any.
bool has_white_space(std::string_view utf8);

} // namespace hubspool
