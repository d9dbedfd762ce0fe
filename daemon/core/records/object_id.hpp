// What identifies an event: HubSpot's objectId, in the one form used as a key.
#pragma once

#include <string>
#include <string_view>

namespace hubspool {

// "00123" and "000" stand for "123" and "0": one object has one key. Other text stays as it is.
// Used for answers too.
std::string_view canonical_object_id(std::string_view id);

// White space of ASCII or Unicode, or a control character: no id has any.
bool has_white_space(std::string_view utf8);

// Why a text can be no id, as a clause for a person; empty when it may be one. HubSpot documents an
// id as a string, and all that were seen are digits. So only what is evidently no id is refused.
// That is a number that a spreadsheet or a data frame has rewritten ("1000.0", "1.23457E+11"), a
// word for no value ("n/a", "None"), or a text that was damaged on its way.
std::string why_no_object_id(std::string_view utf8);

// Whether it surely is one: digits, or else nothing that why_no_object_id() has a word for.
bool is_usual_object_id(std::string_view utf8);

// Whether somebody who wrote this key may have meant objectId: OBJECTID, object_id, objectid, id.
bool resembles_object_id(std::string_view key);

} // namespace hubspool
