// Hangups (SIGHUP) that come while nobody waits for one: what they ask for is done later. In the
// whole process.
#pragma once

namespace hubspool {

// From here on they are noted, and do nothing else.
void note_hangups();
// As if one had come.
void note_hangup();
// Whether one was noted; it is forgotten.
bool take_noted_hangup();

} // namespace hubspool
