/* One line of an SMTP reply in re2c, RFC 5321 section 4.2; the status code of RFC 2034 is just text here, for it changes no verdict. */
#include "rivals.h"

static int read_line(const unsigned char *line, const unsigned char *end, captures *found)
{
    const unsigned char *YYCURSOR = line;
    const unsigned char *YYMARKER;
    (void)found;
    /*!re2c
        re2c:define:YYCTYPE = "unsigned char";
        re2c:yyfill:enable = 0;

        status = [245] "." [0-9]{1,3} "." [0-9]{1,3};
        text_octet = [^\r\n];
        [2-5] [0-9]{2} ( [- ] ( status ( " " text_octet* )? | text_octet+ )? )? "\r\n" { return YYCURSOR == end; }
        * { return 0; }
    */
}

BATCH(NAME, read_line)
