#include "ring.hpp"
#include "yardstick.h"

/// 90 % of the delays are 1–64 cycles, 9 % 65–576, 1 % 600–8100.
static int64_t delay(SplitMix &random) {
    uint64_t bits = random.next();
    uint64_t kind = bits & 127, rest = bits >> 7;
    if (kind < 115) return 1 + (rest & 63);
    if (kind < 127) return 65 + (rest & 511);
    return 600 + rest % 7501;
}

uint64_t yardstick_ring(int pending, int64_t operations) {
    Ring ring(pending);
    SplitMix random{1};
    for (int component = 0; component < pending; component++) ring.schedule(component, delay(random));
    uint64_t sum = 0;
    while (operations > 0) {
        ring.advance(ring.earliest());
        for (int component = ring.popDue(); component >= 0 && operations > 0; component = ring.popDue()) {
            sum = sum * 31 + uint64_t(component) + uint64_t(ring.origin);
            ring.schedule(component, ring.origin + delay(random));
            operations--;
        }
    }
    return sum;
}
