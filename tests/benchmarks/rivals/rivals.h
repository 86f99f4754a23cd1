/* What every C contestant shares: the captures it fills, and the batch entry by which one call reads all lines. */
#ifndef RIVALS_H
#define RIVALS_H

#include <stddef.h>
#include <stdint.h>

enum { LOCAL_PART, DOMAIN, ESMTP_KEYWORD, ESMTP_VALUE, MOST_CAPTURES = 32 };

typedef struct {
    int32_t rule;
    int32_t start;
    int32_t end;
} capture;

typedef struct {
    int32_t count;
    capture items[MOST_CAPTURES];
} captures;

static inline void add(captures *found, int rule, const unsigned char *line, const unsigned char *start, const unsigned char *end)
{
    if (found->count < MOST_CAPTURES) {
        capture *c = &found->items[found->count++];
        c->rule = rule;
        c->start = (int32_t)(start - line);
        c->end = (int32_t)(end - line);
    }
}

/* One number for all captures of a line, in any order: what contestants are compared by before they are timed. */
static inline uint32_t print_of(const captures *found)
{
    uint32_t print = 0;
    for (int i = 0; i < found->count; i++) {
        const capture *c = &found->items[i];
        print += ((uint32_t)(c->rule + 1) * 2654435761u) ^ ((uint32_t)c->start * 40503u) ^ ((uint32_t)c->end * 2246822519u);
    }
    return print;
}

/*
 * Reads the lines data[starts[i] .. starts[i + 1]) and returns how many are sentences plus how many captures they have.
 * Where asked for, verdicts[i] is 1 for a sentence and prints[i] the print of its captures.
 */
#define BATCH(name, read) \
    int name(const unsigned char *data, const int32_t *starts, int count, unsigned char *verdicts, uint32_t *prints) \
    { \
        int sum = 0; \
        captures found; \
        for (int i = 0; i < count; i++) { \
            found.count = 0; \
            int verdict = read(data + starts[i], data + starts[i + 1], &found); \
            sum += verdict; \
            sum += verdict ? found.count : 0; \
            if (verdicts != NULL) { \
                verdicts[i] = (unsigned char)verdict; \
                prints[i] = verdict ? print_of(&found) : 0; \
            } \
        } \
        return sum; \
    }

#endif
