/*
 * The lexer of command.re with captures: s-tags for what occurs once in a line, m-tags for what repeats.
 */
#include "rivals.h"

/* The values of an m-tag, the last first: re2c's documented representation. */
typedef struct history {
    const struct history *before;
    const unsigned char *at;
} history;

typedef struct {
    int count;
    history items[4 * MOST_CAPTURES];
} arena;

static inline void note(arena *values, const history **tag, const unsigned char *at)
{
    history *value = &values->items[values->count++ % (4 * MOST_CAPTURES)];
    value->before = *tag;
    value->at = at;
    *tag = value;
}

/* Adds what two m-tags enclosed, oldest first. */
static void add_all(captures *found, int rule, const unsigned char *line, const history *start, const history *end)
{
    if (start != 0 && end != 0) {
        add_all(found, rule, line, start->before, end->before);
        if (start->at != 0 && end->at != 0) {
            add(found, rule, line, start->at, end->at);
        }
    }
}

static int read_line(const unsigned char *line, const unsigned char *end, captures *found)
{
    const unsigned char *YYCURSOR = line;
    const unsigned char *YYMARKER;
    const unsigned char *l1, *l2, *d1, *d2, *r1, *r2;
    const history *r3, *r4, *k1, *k2, *v1, *v2;
    arena values;
    values.count = 0;
    /*!stags:re2c format = 'const unsigned char *@@ = 0;'; */
    /*!mtags:re2c format = 'const history *@@ = 0;'; */
    #define YYMTAGP(tag) note(&values, &tag, YYCURSOR)
    #define YYMTAGN(tag) note(&values, &tag, 0)
    /*!re2c
        re2c:define:YYCTYPE = "unsigned char";
        re2c:define:YYSTAGP = "@@ = YYCURSOR;";
        re2c:define:YYSTAGN = "@@ = 0;";
        re2c:yyfill:enable = 0;
        re2c:tags = 1;

        utf8_tail = [\x80-\xBF];
        utf8_non_ascii =
            [\xC2-\xDF] utf8_tail |
            [\xE0] [\xA0-\xBF] utf8_tail | [\xE1-\xEC] utf8_tail{2} | [\xED] [\x80-\x9F] utf8_tail | [\xEE-\xEF] utf8_tail{2} |
            [\xF0] [\x90-\xBF] utf8_tail{2} | [\xF1-\xF3] utf8_tail{3} | [\xF4] [\x80-\x8F] utf8_tail{2};

        let_dig = [A-Za-z0-9] | utf8_non_ascii;
        sub_domain = let_dig ( ( let_dig | "-" )* let_dig )?;
        domain = sub_domain ( "." sub_domain )*;

        snum = [0-9]{1,3};
        ipv4 = snum ( "." snum ){3};
        ipv6 = 'IPv6:' [0-9A-Fa-f]* ":" [0-9A-Fa-f:.]*;
        address_literal = "[" ( ipv4 | ipv6 ) "]";

        atext = [-A-Za-z0-9!#$%&'*+/=?^_`{|}~] | utf8_non_ascii;
        atom = atext+;
        dot_string = atom ( "." atom )*;
        quoted_pair = "\\" [\x20-\x7E];
        qtext = [\x20-\x21\x23-\x5B\x5D-\x7E] | utf8_non_ascii;
        quoted_string = "\"" ( qtext | quoted_pair )* "\"";
        local_part = dot_string | quoted_string;
        string = atom | quoted_string;

        mailbox = @l1 local_part @l2 "@" ( @d1 domain @d2 | address_literal );
        route = "@" @r1 domain @r2 ( ",@" #r3 domain #r4 )* ":";
        path = "<" route? mailbox ">";

        keyword = [A-Za-z0-9] [-A-Za-z0-9]*;
        value = ( [\x21-\x3C\x3E-\x7E] | utf8_non_ascii )+;
        parameters = ( " " #k1 keyword #k2 ( "=" #v1 value #v2 )? )*;

        base64_char = [A-Za-z0-9+/];
        base64_end = base64_char{2} "==" | base64_char{3} "=";
        base64 = base64_end | ( base64_char{4} )+ base64_end?;
        end = [ \t]* "\r\n";

        'EHLO ' ( @d1 domain @d2 | address_literal ) end { goto named; }
        'HELO ' @d1 domain @d2 end { goto named; }
        'MAIL FROM:' ( path | "<>" ) parameters end { goto addressed; }
        'RCPT TO:<Postmaster>' parameters end { goto parameters; }
        'RCPT TO:' path parameters end { goto addressed; }
        ( 'DATA' | 'RSET' | 'QUIT' | 'STARTTLS' ) end { return YYCURSOR == end; }
        ( 'VRFY' | 'EXPN' ) " " string end { return YYCURSOR == end; }
        ( 'HELP' | 'NOOP' ) ( " " string )? end { return YYCURSOR == end; }
        'AUTH ' [-_A-Za-z0-9]+ ( " " ( base64 | "=" ) )? end { return YYCURSOR == end; }
        'BDAT ' [0-9]+ ( ' LAST' )? end { return YYCURSOR == end; }
        * { return 0; }
    */

addressed:
    if (r1 != 0) {
        add(found, DOMAIN, line, r1, r2);
        add_all(found, DOMAIN, line, r3, r4);
    }
    if (l1 != 0) {
        add(found, LOCAL_PART, line, l1, l2);
    }
    if (d1 != 0) {
        add(found, DOMAIN, line, d1, d2);
    }
parameters:
    add_all(found, ESMTP_KEYWORD, line, k1, k2);
    add_all(found, ESMTP_VALUE, line, v1, v2);
    return YYCURSOR == end;

named:
    if (d1 != 0) {
        add(found, DOMAIN, line, d1, d2);
    }
    return YYCURSOR == end;
}

BATCH(NAME, read_line)
