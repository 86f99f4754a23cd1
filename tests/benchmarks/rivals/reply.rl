/* One line of an SMTP reply in Ragel, RFC 5321 section 4.2 with the status codes of RFC 2034, as grammar/replies.abnf reads it. */
#include "rivals.h"

%%{
    machine reply;
    alphtype unsigned char;

    text_octet = any - [\r\n];
    status = [245] '.' digit{1,3} '.' digit{1,3};
    text = status ( ' ' text_octet* )? | ( text_octet+ - ( status ( ' ' text_octet* )? ) );
    main := [2-5] digit{2} ( [\- ] text? )? '\r\n';

    write data;
}%%

static int read_line(const unsigned char *line, const unsigned char *pe, captures *found)
{
    const unsigned char *p = line;
    int cs;
    (void)found;
    %% write init;
    %% write exec;
    return cs >= reply_first_final && p == pe;
}

BATCH(NAME, read_line)
