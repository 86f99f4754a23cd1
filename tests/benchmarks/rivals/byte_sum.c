/* Not a parser: reads every byte once. What no parser that looks at one byte after the other can beat by much. */
#include "rivals.h"

static int read_line(const unsigned char *line, const unsigned char *end, captures *found)
{
    uint32_t sum = 0;
    (void)found;
    for (const unsigned char *p = line; p < end; p++) {
        sum += *p;
    }
    return sum != 0;
}

BATCH(byte_sum, read_line)
